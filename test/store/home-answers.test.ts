import { afterAll, beforeAll, expect, test } from 'vitest'
import { sql } from 'kysely'
import { followActor } from '../../src/domain/follows/follow-actor.ts'
import { createPost } from '../../src/domain/statuses/create-post.ts'
import { receiveNote } from '../../src/domain/statuses/receive-note.ts'
import type { Actor } from '../../src/store/actors.ts'
import { listHomeStatuses } from '../../src/store/home-timeline.ts'
import { listHomeReaders } from '../../src/store/stream-readers.ts'
import { createTestContext, type TestContext } from '../support/context.ts'
import { draftNote } from '../support/note-draft.ts'
import { createMember, createStranger } from '../support/people.ts'

let world: TestContext
let reader: Actor

beforeAll(async () => {
  world = await createTestContext()
  const { ctx } = world
  reader = await createMember(ctx, 'reader')
  const friend = await createMember(ctx, 'friend')
  const other = await createMember(ctx, 'other')
  const stranger = await createMember(ctx, 'stranger')
  for (const followed of [friend, other]) await followActor(ctx, reader, followed)
  const post = (author: Actor, text: string, inReplyToId?: string) =>
    createPost(ctx, author, { text, visibility: 'public', inReplyToId })
  const [byReader, byFriend, byOther, byStranger] = [
    await post(reader, 'by the reader'),
    await post(friend, 'by a friend'),
    await post(other, 'by another friend'),
    await post(stranger, 'by a stranger'),
  ]
  await post(friend, 'to the reader', byReader.id)
  await post(friend, 'to themselves', byFriend.id)
  await post(friend, 'to another friend', byOther.id)
  await post(friend, 'to a stranger', byStranger.id)
  await post(reader, 'by the reader to a stranger', byStranger.id)
  const away = await createStranger(ctx, 'away')
  await sql`insert into follows (id, follower_id, target_id, target_uri, state)
    values (${ctx.newId()}, ${reader.id}, ${away.id}, ${away.uri}, 'accepted')`.execute(ctx.db)
  const draft = {
    contentHtml: 'to who knows what',
    inReplyTo: 'https://unknown.example/1',
    published: new Date(),
  }
  await receiveNote(ctx, { note: draftNote(away, draft), author: away, recipientId: null })
})
afterAll(() => world.close())

const expected = [
  'by the reader to a stranger',
  'to another friend',
  'to themselves',
  'to the reader',
  'by another friend',
  'by a friend',
  'by the reader',
]

const home = async () =>
  (await listHomeStatuses(world.ctx.db, reader.id, { limit: 100 })).map(({ source }) => source)

test('Home shows answers to those who are followed, to the reader and to their own author, and to nobody else', async () => {
  expect(await home()).toEqual(expected)
})

test('A stream of the home shows the same', async () => {
  const { db } = world.ctx
  const all = await db.selectFrom('statuses').select(['id', 'source']).orderBy('id', 'desc').execute()
  expect(all).toHaveLength(10)
  const ids = all.map(({ id }) => id)
  const read = new Set((await listHomeReaders(db, [reader.id], ids)).map(({ statusId }) => statusId))
  expect(all.filter(({ id }) => read.has(id)).map(({ source }) => source)).toEqual(expected)
})

test('It stays so for whoever follows more than can be asked one by one', async () => {
  const { db } = world.ctx
  await sql`insert into remote_actors (id, is_local, type, username, domain, uri)
    select n, false, 'Person', 'p' || n, 'far.example', 'https://far.example/' || n
    from generate_series(1, 1100) n`.execute(db)
  await sql`insert into follows (id, follower_id, target_id, target_uri, state)
    select n, ${reader.id}::bigint, n, 'https://far.example/' || n, 'accepted'
    from generate_series(1, 1100) n`.execute(db)
  expect(await home()).toEqual(expected)
})
