import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Fixture } from '../software/fixture.ts'
import { tableOf } from './what-readers-see.ts'

const fixtures = join(import.meta.dirname, '../../fixtures')
const corpus = join(import.meta.dirname, '../../../../shared/corpus')

type Named = [string, unknown]

function documentsIn(folder: string): Named[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.json'))
    .toSorted()
    .map((name) => [name, JSON.parse(readFileSync(join(folder, name), 'utf8'))])
}

const pem = '-----BEGIN PUBLIC KEY-----\\nMIIB\\n-----END PUBLIC KEY-----\\n'

function withKeys([name, json]: Named): Named {
  return [name, JSON.parse(JSON.stringify(json).replaceAll('"PUBLIC KEY"', `"${pem}"`))]
}

/** The people of a conversation, what their server serves, and what they send. */
function conversationsIn(folder: string): Named[] {
  return documentsIn(folder)
    .map(withKeys)
    .flatMap(([file, json]) => {
      const { people, served, steps } = json as Fixture
      return [
        ...Object.entries(people).map(([name, document]): Named => [`${file}: ${name}`, document]),
        ...Object.entries(served).map(([url, document]): Named => [
          `${file}: ${new URL(url).pathname}`,
          document,
        ]),
        ...steps.map(({ does, by, activity }): Named => [`${file}: ${by} ${does}`, activity]),
      ]
    })
}

/** `npx vitest run -u` writes the tables afresh: read what changed in them before you commit it. */
test('what readers see of our own documents is what they saw', async () => {
  const documents = [...documentsIn(join(fixtures, 'wire')), ...conversationsIn(join(fixtures, 'software'))]
  await expect(
    await tableOf('What readers see of the documents of our tests', documents),
  ).toMatchFileSnapshot(join(fixtures, 'what-readers-see.md'))
})

test.skipIf(!existsSync(corpus))('what readers see of the documents of others is what they saw', async () => {
  const documents = documentsIn(corpus)
  expect(documents.length).toBeGreaterThanOrEqual(144)
  await expect(await tableOf('What readers see of the documents of others', documents)).toMatchFileSnapshot(
    join(fixtures, 'what-readers-see-elsewhere.md'),
  )
})
