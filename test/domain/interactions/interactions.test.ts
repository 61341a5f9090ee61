import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Context } from '../../../src/context.ts'
import { followActor } from '../../../src/domain/follows/follow-actor.ts'
import { boostStatus } from '../../../src/domain/interactions/boost-status.ts'
import { likeStatus } from '../../../src/domain/interactions/like-status.ts'
import { reactToStatus } from '../../../src/domain/interactions/react-to-status.ts'
import { receiveReaction } from '../../../src/domain/interactions/receive-reaction.ts'
import { unboost } from '../../../src/domain/interactions/unboost.ts'
import { unlikeStatus } from '../../../src/domain/interactions/unlike-status.ts'
import { viewInteractions } from '../../../src/domain/interactions/view-interactions.ts'
import { createPost } from '../../../src/domain/statuses/create-post.ts'
import { deletePost } from '../../../src/domain/statuses/delete-post.ts'
import { receiveNote } from '../../../src/domain/statuses/receive-note.ts'
import type { Visibility } from '../../../src/db/schema.ts'
import type { Actor } from '../../../src/store/actors.ts'
import { upsertBlock } from '../../../src/store/blocks.ts'
import { listNotifications } from '../../../src/store/notifications.ts'
import { listReactionsBy } from '../../../src/store/reactions.ts'
import { countLocalPosts } from '../../../src/store/status-counts.ts'
import { findRemoteStatus, listPublicPosts } from '../../../src/store/statuses.ts'
import { createTestContext, type TestContext } from '../../support/context.ts'
import { draftNote } from '../../support/note-draft.ts'
import { createMember, createStranger, listJobs } from '../../support/people.ts'

let world: TestContext
let ctx: Context
let alice: Actor
let carol: Actor

beforeAll(async () => {
  world = await createTestContext()
  ctx = world.ctx
  alice = await createMember(ctx, 'alice')
  carol = await createMember(ctx, 'carol')
  await followActor(ctx, carol, alice)
})
afterAll(() => world.close())

const say = (author: Actor, visibility: Visibility = 'public', text = 'Hello') =>
  createPost(ctx, author, { text, visibility })
const acts = [
  (account: Actor, id: string) => likeStatus(ctx, account, id),
  (account: Actor, id: string) => reactToStatus(ctx, account, id, '🎉'),
  (account: Actor, id: string) => boostStatus(ctx, account, id),
]

test('What one may not see, or is gone, or never was, can be neither liked nor boosted', async () => {
  const secret = await say(alice, 'direct', 'For me')
  const gone = await say(alice)
  await deletePost(ctx, alice, gone.id)
  for (const act of acts)
    for (const id of [secret.id, gone.id, '12345'])
      await expect(act(carol, id)).rejects.toMatchObject({ code: 'not_found' })
})

test('Who is blocked, or blocks, has nothing to do with the posts of the other', async () => {
  const [dan, eve] = [await createMember(ctx, 'dan'), await createMember(ctx, 'eve')]
  await ctx.db
    .transaction()
    .execute((tx) => upsertBlock(tx, { id: ctx.newId(), actorId: dan.id, targetId: eve.id }))
  const [his, hers] = [await say(dan), await say(eve)]
  for (const act of acts) {
    await expect(act(eve, his.id)).rejects.toMatchObject({ code: 'not_found' })
    await expect(act(dan, hers.id)).rejects.toMatchObject({ code: 'not_found' })
  }
})

test('What is for followers may be liked by them, and passed on by nobody but its author', async () => {
  const post = await say(alice, 'private')
  await likeStatus(ctx, carol, post.id)
  await expect(boostStatus(ctx, carol, post.id)).rejects.toMatchObject({ code: 'forbidden' })
  expect(await boostStatus(ctx, alice, post.id, 'public')).toMatchObject({ visibility: 'private' })
  const direct = await say(alice, 'direct', '@carol hello')
  await expect(boostStatus(ctx, alice, direct.id)).rejects.toMatchObject({ code: 'forbidden' })
})

test('A boost is never wider than what it boosts', async () => {
  const [open, quiet] = [await say(alice), await say(alice, 'unlisted')]
  expect(await boostStatus(ctx, carol, open.id, 'unlisted')).toMatchObject({ visibility: 'unlisted' })
  expect(await boostStatus(ctx, carol, quiet.id, 'public')).toMatchObject({ visibility: 'unlisted' })
})

test('What is done with a boost is done with what it boosts', async () => {
  const post = await say(alice)
  const boost = await boostStatus(ctx, carol, post.id)
  await likeStatus(ctx, alice, boost.id)
  expect(await boostStatus(ctx, alice, boost.id)).toMatchObject({ boostOfId: post.id })
  expect(await viewInteractions(ctx, alice, boost)).toEqual({
    ...{ likes: 1, boosts: 2, replies: 0, reactions: [] },
    ...{ liked: true, boosted: true },
  })
  await unlikeStatus(ctx, alice, boost.id)
  expect(await viewInteractions(ctx, carol, post)).toMatchObject({ likes: 0, liked: false, boosted: true })
})

test('A boost is no post of the one who boosts: not in public, and not counted', async () => {
  const before = await countLocalPosts(ctx.db)
  const post = await say(alice)
  const boost = await boostStatus(ctx, carol, post.id)
  expect(await countLocalPosts(ctx.db)).toEqual({ ...before, total: before.total + 1 })
  const shown = (await listPublicPosts(ctx.db, { limit: 100 })).map(({ id }) => id)
  expect(shown).toContain(post.id)
  expect(shown).not.toContain(boost.id)
})

test('What is not an emoji, and more than ten, are no reactions', async () => {
  const post = await say(alice)
  for (const text of ['', 'a', '12', '🎉🎉', ':unheard_of:', '🎉'.repeat(50)])
    await expect(reactToStatus(ctx, carol, post.id, text)).rejects.toMatchObject({ code: 'invalid' })
  for (const emoji of ['🍇', '🍈', '🍉', '🍊', '🍋', '🍌', '🍍', '🥭', '🍎', '🍏'])
    await reactToStatus(ctx, carol, post.id, emoji)
  await reactToStatus(ctx, carol, post.id, '🍇')
  await expect(reactToStatus(ctx, carol, post.id, '🍐')).rejects.toMatchObject({ code: 'invalid' })
})

const fruit = ['🍇', '🍈', '🍉', '🍊', '🍋', '🍌', '🍍', '🥭', '🍎', '🍏', '🍐', '🍑', '🍒', '🍓']

test('Reactions that come at the same time are ten at most, too, and the same one counts once', async () => {
  const bob = await createStranger(ctx, 'bob_at_once')
  const note = draftNote(bob)
  await receiveNote(ctx, { note, author: bob, recipientId: carol.id })
  const { id } = (await findRemoteStatus(ctx.db, note.id))!
  const before = (await listJobs(ctx.db)).length
  await Promise.all(['🍇', '🍇', '🍇'].map((emoji) => reactToStatus(ctx, carol, id, emoji)))
  expect((await listJobs(ctx.db)).length).toBe(before + 1)
  await Promise.allSettled(fruit.map((emoji) => reactToStatus(ctx, carol, id, emoji)))
  expect((await listReactionsBy(ctx.db, carol.id, id)).length).toBe(10)
  expect((await listJobs(ctx.db)).length).toBe(before + 10)
})

test('So are those of somebody elsewhere', async () => {
  const by = await createStranger(ctx, 'bob_of_ten')
  const post = await say(alice)
  const targetUri = `${ctx.config.origin}/users/alice/statuses/${post.id}`
  const outcomes = await Promise.all(
    fruit.map((name, index) => {
      const reaction = { name, emojiUrl: null }
      return receiveReaction(ctx, { by, uri: `${by.uri}/reactions/${index}`, targetUri, reaction })
    }),
  )
  expect(outcomes.filter((outcome) => outcome === 'stored').length).toBe(10)
  expect((await listReactionsBy(ctx.db, by.id, post.id)).length).toBe(10)
})

const undone = async (statusId: string) =>
  (await listJobs(ctx.db))
    .filter(({ data }) => (data as { statusId?: string }).statusId === statusId)
    .flatMap(({ name }) => (/undone|deleted/.test(name) ? [name] : []))

test('What is taken back several times at once is told once', async () => {
  const post = await say(alice)
  const boost = await boostStatus(ctx, carol, post.id)
  await Promise.all([
    ...[1, 2, 3, 4].map(() => unboost(ctx, carol, post.id)),
    ...[1, 2, 3, 4].map(() => deletePost(ctx, carol, boost.id).catch(() => undefined)),
  ])
  expect(await undone(boost.id)).toEqual(['boost.undone'])
  const outcomes = await Promise.allSettled([1, 2, 3, 4].map(() => deletePost(ctx, alice, post.id)))
  expect(outcomes.filter(({ status }) => status === 'fulfilled').length).toBe(1)
  expect(await undone(post.id)).toEqual(['status.deleted'])
})

test.each([
  ['by what it boosts', (_boostId: string, postId: string) => unboost(ctx, carol, postId)],
  ['by its own id', (boostId: string) => deletePost(ctx, carol, boostId)],
])('Of a boost that is taken back %s its author is told no more', async (_how, takeBack) => {
  const post = await say(alice)
  const boost = await boostStatus(ctx, carol, post.id)
  const told = async () =>
    (await listNotifications(ctx.db, alice.id, { limit: 40 }, { types: [], excludeTypes: [] })).filter(
      ({ statusId }) => statusId === post.id,
    )
  expect((await told()).map(({ type }) => type)).toEqual(['reblog'])
  await takeBack(boost.id, post.id)
  expect(await told()).toEqual([])
  expect(await undone(boost.id)).toEqual(['boost.undone'])
})

test('What is done with a post elsewhere is sent once, and only where there is something to send', async () => {
  const bob = await createStranger(ctx, 'bob')
  const note = draftNote(bob)
  await receiveNote(ctx, { note, author: bob, recipientId: carol.id })
  const { id } = (await findRemoteStatus(ctx.db, note.id))!
  const before = (await listJobs(ctx.db)).length
  await unlikeStatus(ctx, carol, id)
  for (const act of [...acts, ...acts]) await act(carol, id)
  const names = (await listJobs(ctx.db)).slice(before).map(({ name }) => name)
  expect(names.toSorted()).toEqual(['boost.created', 'like.created', 'reaction.created'])
})

test('What the author of a post elsewhere keeps for others is neither liked nor boosted', async () => {
  const eve = await createStranger(ctx, 'eve_away')
  const note = draftNote(eve)
  await receiveNote(ctx, { note, author: eve, recipientId: carol.id })
  const { id } = (await findRemoteStatus(ctx.db, note.id))!
  const herself = { automatic: [eve.uri], manual: [] }
  await ctx.db
    .updateTable('remoteStatuses')
    .set({ interactionPolicy: JSON.stringify({ canLike: herself, canAnnounce: herself }) })
    .where('id', '=', id)
    .execute()
  for (const act of acts) await expect(act(carol, id)).rejects.toMatchObject({ code: 'forbidden' })
  expect(await viewInteractions(ctx, carol, { id, boostOfId: null })).toMatchObject({ likes: 0, boosts: 0 })
})
