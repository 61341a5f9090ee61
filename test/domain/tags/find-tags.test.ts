import { afterAll, beforeAll, expect, test } from 'vitest'
import { indexWords } from '../../../src/domain/search/index-words.ts'
import { createPost } from '../../../src/domain/statuses/create-post.ts'
import { deletePost } from '../../../src/domain/statuses/delete-post.ts'
import { receiveNote } from '../../../src/domain/statuses/receive-note.ts'
import { spellTags } from '../../../src/domain/tags/spell-tags.ts'
import type { Actor } from '../../../src/store/actors.ts'
import { listTagsBeginning, listTagSpellings } from '../../../src/store/tags.ts'
import { createTestContext, type TestContext } from '../../support/context.ts'
import { seedCrowd } from '../../support/crowd.ts'
import { draftNote } from '../../support/note-draft.ts'
import { createMember, createStranger, type Stranger } from '../../support/people.ts'

let world: TestContext
let alice: Actor
let zoe: Stranger

beforeAll(async () => {
  world = await createTestContext()
  alice = await createMember(world.ctx, 'alice')
  zoe = await createStranger(world.ctx, 'zoe')
})
afterAll(() => world.close())

const find = (prefix: string) => listTagsBeginning(world.ctx.db, prefix, { limit: 10, offset: 0 })

async function receive(name: string, hashtags: string[], contentHtml: string, more = {}): Promise<void> {
  const note = draftNote(zoe, { id: `${zoe.uri}/notes/${name}`, hashtags, contentHtml, ...more })
  await receiveNote(world.ctx, { note, author: zoe, recipientId: null, wanted: true })
}

test('A tag is spelled as a text writes it first', () => {
  const text = '<p>#<span>BlackCat</span> &amp; #blackcat <a href="#x">#Été</a></p>'
  const spelled = spellTags(text, ['blackcat', 'été', 'missing'])
  expect(Object.fromEntries(spelled)).toEqual({ blackcat: 'BlackCat', été: 'Été', missing: 'missing' })
})

test('What was tagged long ago is found by how the tag begins, and as it was written first', async () => {
  const old = { published: new Date('2023-01-01T00:00:00Z') }
  await receive('old', ['seaweed', 'sea'], '<p>#SeaWeed in the #Sea</p>', old)
  await receive('secret', ['seasecret'], '<p>#SeaSecret</p>', { visibility: 'private' })
  await createPost(world.ctx, alice, { text: 'A #SeaHorse', visibility: 'public' })
  await seedCrowd(world.ctx.db, { people: 100, statuses: 6000, follows: 0 })
  expect(await find('seaw')).toEqual([])
  await indexWords(world.ctx)
  expect(await find('sea')).toEqual(['sea', 'seahorse', 'seaweed'])
  await receive('later', ['seaweed'], '<p>#seaweed</p>', old)
  await indexWords(world.ctx)
  const spellings = await listTagSpellings(world.ctx.db, ['seaweed', 'seahorse', 'seasecret'])
  expect(Object.fromEntries(spellings)).toEqual({ seaweed: 'SeaWeed', seahorse: 'SeaHorse' })
})

test('A tag is not found by what is gone, nor by whoever may not be shown', async () => {
  const post = await createPost(world.ctx, alice, { text: 'A #Gonelet', visibility: 'public' })
  await indexWords(world.ctx)
  expect(await find('gone')).toEqual(['gonelet'])
  await deletePost(world.ctx, alice, post.id)
  expect(await find('gone')).toEqual([])
  await world.ctx.db
    .updateTable('remoteActors')
    .set({ suspendedAt: new Date() })
    .where('id', '=', zoe.id)
    .execute()
  expect(await find('seaw')).toEqual([])
})
