import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Visibility } from '../../../src/db/schema.ts'
import { muteActor } from '../../../src/domain/mutes/mute-actor.ts'
import { receiveNote } from '../../../src/domain/statuses/receive-note.ts'
import { createPost } from '../../../src/domain/statuses/create-post.ts'
import { deletePost } from '../../../src/domain/statuses/delete-post.ts'
import { listOpenThread } from '../../../src/domain/threads/list-open-thread.ts'
import { loadThread } from '../../../src/domain/threads/load-thread.ts'
import { listAncestorIds, listDescendantIds } from '../../../src/store/threads.ts'
import type { Actor } from '../../../src/store/actors.ts'
import { createTestContext, type TestContext } from '../../support/context.ts'
import { draftNote } from '../../support/note-draft.ts'
import { createMember, createStranger } from '../../support/people.ts'

let made: TestContext
let bob: Actor
let carol: Actor
beforeAll(async () => {
  made = await createTestContext()
  bob = await createMember(made.ctx, 'bob')
  carol = await createMember(made.ctx, 'carol')
})
afterAll(() => made.close())

const say = async (by: Actor, text: string, inReplyToId?: string, visibility: Visibility = 'public') =>
  (await createPost(made.ctx, by, { text, visibility, inReplyToId })).id

const textsOf = async (id: string, viewerId?: string) => {
  const { ancestors, status, descendants } = await loadThread(made.ctx, id, viewerId)
  const texts = (views: typeof ancestors) => views.map((view) => view.status.source)
  return [texts(ancestors), status.status.source, texts(descendants)]
}

test('A thread is read from its beginning, each status before its own answers', async () => {
  const root = await say(bob, 'root')
  const one = await say(carol, 'one', root)
  await say(bob, 'two', root)
  const deep = await say(bob, 'one, first', one)
  await say(carol, 'one, first, first', deep)
  await say(carol, 'one, second', one)
  expect(await textsOf(root)).toEqual([
    [],
    'root',
    ['one', 'one, first', 'one, first, first', 'one, second', 'two'],
  ])
  expect(await textsOf(deep)).toEqual([['root', 'one'], 'one, first', ['one, first, first']])
})

test('Nobody sees in a thread what they may not see elsewhere, and what is gone is gone', async () => {
  const root = await say(bob, 'root')
  const secret = await say(bob, '@carol secret', root, 'direct')
  await say(carol, 'open', secret)
  const quiet = await say(bob, 'quiet', root, 'private')
  await deletePost(made.ctx, bob, await say(bob, 'gone', root))
  expect(await textsOf(root)).toEqual([[], 'root', ['open']])
  expect(await textsOf(root, carol.id)).toEqual([[], 'root', ['@carol secret', 'open']])
  expect(await textsOf(root, bob.id)).toEqual([[], 'root', ['@carol secret', 'open', 'quiet']])
  await expect(loadThread(made.ctx, quiet, undefined)).rejects.toThrow('no such post')
  const uris = await listOpenThread(made.ctx, { id: root, actorId: bob.id })
  expect(uris).toHaveLength(2)
  expect(uris[0]).toBe(`https://home.example/users/bob/statuses/${root}`)
})

test('Those whom a member mutes are not heard above either, unless they are asked for by name', async () => {
  const [erin, frank] = [await createMember(made.ctx, 'erin'), await createMember(made.ctx, 'frank')]
  const root = await say(bob, 'root')
  const muted = await say(erin, 'muted', root)
  const end = await say(bob, 'end', muted)
  await muteActor(made.ctx, frank, erin, { hidesNotifications: false, seconds: 0 })
  expect(await textsOf(end, frank.id)).toEqual([['root'], 'end', []])
  expect(await textsOf(muted, frank.id)).toEqual([['root'], 'muted', ['end']])
  expect(await textsOf(end, carol.id)).toEqual([['root', 'muted'], 'end', []])
})

test('A long thread is cut, and read by indexes alone', async () => {
  const stranger = await createStranger(made.ctx, 'crowd')
  const root = await say(bob, 'root')
  const note = draftNote(stranger, { inReplyTo: `https://home.example/users/bob/statuses/${root}` })
  await receiveNote(made.ctx, { note, author: stranger, recipientId: null })
  await sql`
    insert into remote_statuses (id, is_local, actor_id, visibility, uri, in_reply_to_id, created_at)
    select n, false, ${stranger.id}::bigint, 'public', 'https://away.example/n/' || n,
      case when n <= 1500 then ${root}::bigint end, now()
    from generate_series(1, 20000) n`.execute(made.ctx.db)
  await sql`analyze remote_statuses, posts`.execute(made.ctx.db)
  const { descendants } = await loadThread(made.ctx, root, carol.id)
  expect(descendants).toHaveLength(1501)
  expect(await listDescendantIds(made.ctx.db, root, 100)).toHaveLength(100)
  const plan = await sql<Record<string, string>>`
    explain with recursive down (id) as (
      select ${sql.lit(root)}::bigint
      union
      select s.id from down join statuses s on s.in_reply_to_id = down.id
    )
    select id from down limit 4000`.execute(made.ctx.db)
  expect(JSON.stringify(plan.rows)).not.toContain('Seq Scan on remote_statuses')
})

test('A ring is gone round once', async () => {
  const stranger = await createStranger(made.ctx, 'ring')
  await sql`
    insert into remote_statuses (id, is_local, actor_id, visibility, uri, in_reply_to_id, created_at)
    values (30001, false, ${stranger.id}::bigint, 'public', 'https://away.example/r/1', 30002, now()),
      (30002, false, ${stranger.id}::bigint, 'public', 'https://away.example/r/2', 30001, now())`.execute(
    made.ctx.db,
  )
  expect(await listAncestorIds(made.ctx.db, '30001', 40)).toEqual(['30002'])
  expect(await listDescendantIds(made.ctx.db, '30001', 40)).toEqual(['30002'])
})
