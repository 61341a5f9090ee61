import { join } from 'node:path'
import { expect, test } from 'vitest'
import { conversationsIn, corpus, documentsIn, fixtures } from './documents.ts'
import { tableOf } from './what-readers-see.ts'

/** `npx vitest run -u` writes the tables afresh: read what changed in them before you commit it. */
test('what readers see of our own documents is what they saw', async () => {
  const documents = [...documentsIn(join(fixtures, 'wire')), ...conversationsIn(join(fixtures, 'software'))]
  const table = await tableOf('What readers see of the documents of our tests', documents)
  await expect(table).toMatchFileSnapshot(join(fixtures, 'what-readers-see.md'))
})

const elsewhere = documentsIn(corpus)

test.skipIf(elsewhere.length === 0)(
  'what readers see of the documents of others is what they saw',
  async () => {
    expect(elsewhere.length).toBeGreaterThanOrEqual(144)
    const table = await tableOf('What readers see of the documents of others', elsewhere)
    await expect(table).toMatchFileSnapshot(join(fixtures, 'what-readers-see-elsewhere.md'))
  },
)
