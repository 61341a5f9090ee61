import { expect, test } from 'vitest'
import { followActor } from '../../src/domain/follows/follow-actor.ts'
import { receiveAccept } from '../../src/domain/follows/receive-answer.ts'
import { createPost } from '../../src/domain/statuses/create-post.ts'
import { deletePost } from '../../src/domain/statuses/delete-post.ts'
import { receiveNote } from '../../src/domain/statuses/receive-note.ts'
import type { Actor } from '../../src/store/actors.ts'
import { findFollowBetween } from '../../src/store/follows.ts'
import { listHomeStatuses } from '../../src/store/home-timeline.ts'
import { listActorStatuses, listPublicPosts } from '../../src/store/statuses.ts'
import { createTestContext } from '../support/context.ts'
import { draftNote } from '../support/note-draft.ts'
import { createMember, createStranger } from '../support/people.ts'
import { use } from '../support/use.ts'

const { ctx } = await use(createTestContext())
const alice = await createMember(ctx, 'alice')
const carol = await createMember(ctx, 'carol')
const dave = await createMember(ctx, 'dave')
const bob = await createStranger(ctx, 'bob')
await followActor(ctx, alice, carol)
await followActor(ctx, alice, bob)
const follow = await findFollowBetween(ctx.db, alice.id, bob.id)
await receiveAccept(ctx, { from: bob, followId: follow?.id ?? '' })
const say = (author: Actor, text: string, visibility: 'public' | 'unlisted' | 'private' | 'direct') =>
  createPost(ctx, author, { text, visibility })
await say(carol, 'to everybody', 'public')
await say(carol, 'quietly', 'unlisted')
await say(carol, 'to followers', 'private')
await say(carol, '@dave alone', 'direct')
await say(dave, 'nobody follows me', 'public')
await say(dave, '@alice hello', 'direct')
await say(alice, 'mine', 'private')
const note = draftNote(bob, { contentHtml: 'from away', published: new Date() })
await receiveNote(ctx, { note, author: bob, recipientId: null })
const gone = await say(carol, 'taken back', 'public')
await deletePost(ctx, carol, gone.id)

const home = async (viewer: Actor, options: { withNamed?: boolean } = {}) =>
  (await listHomeStatuses(ctx.db, viewer.id, { limit: 100 }, options)).map(
    (status) => status.source ?? status.content,
  )

test('Home shows what those said who are followed, and what one said oneself, newest first', async () => {
  expect(await home(alice)).toEqual(['from away', 'mine', 'to followers', 'quietly', 'to everybody'])
  expect(await home(dave)).toEqual(['@alice hello', 'nobody follows me'])
})

test('With what names the viewer it shows that in its place, whoever said it', async () => {
  expect(await home(alice, { withNamed: true })).toEqual([
    'from away',
    'mine',
    '@alice hello',
    'to followers',
    'quietly',
    'to everybody',
  ])
  expect(await home(dave, { withNamed: true })).toEqual(['@alice hello', 'nobody follows me', '@dave alone'])
})

test('A page goes on where the one before it ended', async () => {
  const all = await listHomeStatuses(ctx.db, alice.id, { limit: 100 })
  const first = await listHomeStatuses(ctx.db, alice.id, { limit: 2 })
  const rest = await listHomeStatuses(ctx.db, alice.id, { limit: 100, maxId: first[1]?.id })
  expect([...first, ...rest]).toEqual(all)
})

test("Somebody's posts are shown as far as the viewer may see them", async () => {
  const seen = async (viewer: Actor | undefined) =>
    (await listActorStatuses(ctx.db, carol.id, viewer?.id, { limit: 100 })).map((status) => status.source)
  expect(await seen(undefined)).toEqual(['quietly', 'to everybody'])
  expect(await seen(dave)).toEqual(['@dave alone', 'quietly', 'to everybody'])
  expect(await seen(alice)).toEqual(['to followers', 'quietly', 'to everybody'])
})

test('In public stands what was said in public here', async () => {
  const shown = await listPublicPosts(ctx.db, { limit: 100 })
  expect(shown.map((status) => status.source)).toEqual(['nobody follows me', 'to everybody'])
})
