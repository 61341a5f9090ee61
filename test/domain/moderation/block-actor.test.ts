import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Context } from '../../../src/context.ts'
import { followActor } from '../../../src/domain/follows/follow-actor.ts'
import { receiveFollow } from '../../../src/domain/follows/receive-follow.ts'
import { blockActor } from '../../../src/domain/moderation/block-actor.ts'
import { unblockActor } from '../../../src/domain/moderation/unblock-actor.ts'
import { createPost } from '../../../src/domain/statuses/create-post.ts'
import { getVisibleStatus } from '../../../src/domain/statuses/get-visible.ts'
import { receiveNote } from '../../../src/domain/statuses/receive-note.ts'
import type { Actor } from '../../../src/store/actors.ts'
import { findBlock, isBlockedBetween, isBlocking } from '../../../src/store/blocks.ts'
import { findFollowBetween } from '../../../src/store/follows.ts'
import { listHomeStatuses } from '../../../src/store/home-timeline.ts'
import { findRemoteStatus } from '../../../src/store/statuses.ts'
import { createTestContext, type TestContext } from '../../support/context.ts'
import { draftNote } from '../../support/note-draft.ts'
import { createMember, createStranger, listJobs, type Stranger } from '../../support/people.ts'

let world: TestContext
let ctx: Context
let alice: Actor
let carol: Actor
let bob: Stranger

beforeEach(async () => {
  world = await createTestContext()
  ctx = world.ctx
  alice = await createMember(ctx, 'alice')
  carol = await createMember(ctx, 'carol')
  bob = await createStranger(ctx, 'bob')
})
afterEach(() => world.close())

const jobs = async () => (await listJobs(ctx.db)).map(({ name }) => name)
const follow = (uri: string) =>
  receiveFollow(ctx, { follower: bob, target: alice, activityUri: `${bob.uri}/${uri}` })

test('A block ends the follows of both, tells the other server once, and nobody follows again', async () => {
  await follow('f1')
  await followActor(ctx, alice, bob)
  const before = (await jobs()).length
  await blockActor(ctx, alice, bob)
  await blockActor(ctx, alice, bob)
  expect(await findFollowBetween(ctx.db, bob.id, alice.id)).toBeUndefined()
  expect(await findFollowBetween(ctx.db, alice.id, bob.id)).toBeUndefined()
  expect((await jobs()).slice(before).toSorted()).toEqual([
    'actor.blocked',
    'follow.rejected',
    'follow.undone',
  ])
  await expect(followActor(ctx, alice, bob)).rejects.toMatchObject({ code: 'forbidden' })
  expect(await follow('f2')).toBe('rejected')
  expect(await findFollowBetween(ctx.db, bob.id, alice.id)).toBeUndefined()
  expect((await listJobs(ctx.db)).at(-1)).toMatchObject({
    name: 'follow.rejected',
    data: { accountId: alice.id, followerUri: bob.uri, activityUri: `${bob.uri}/f2` },
  })
})

test('A block is kept with the address of whom it is about, and taken back once', async () => {
  await blockActor(ctx, alice, bob)
  expect(await findBlock(ctx.db, alice.id, bob.id)).toMatchObject({ targetUri: bob.uri, uri: null })
  expect(await isBlocking(ctx.db, bob.id, alice.id)).toBe(false)
  for (const [one, other] of [
    [alice, bob],
    [bob, alice],
  ] as const)
    expect(await isBlockedBetween(ctx.db, one.id, other.id)).toBe(true)
  await unblockActor(ctx, alice, bob)
  await unblockActor(ctx, alice, bob)
  expect(await isBlockedBetween(ctx.db, alice.id, bob.id)).toBe(false)
  expect(await jobs()).toEqual(['actor.blocked', 'actor.unblocked'])
  expect(await follow('f3')).toBe('accepted')
})

test('Between people who live here nothing is sent, and neither follows the other', async () => {
  await followActor(ctx, carol, alice)
  await blockActor(ctx, alice, carol)
  expect(await findFollowBetween(ctx.db, carol.id, alice.id)).toBeUndefined()
  await expect(followActor(ctx, carol, alice)).rejects.toMatchObject({ code: 'forbidden' })
  await unblockActor(ctx, alice, carol)
  expect(await jobs()).toEqual([])
  await expect(blockActor(ctx, alice, alice)).rejects.toMatchObject({ code: 'invalid' })
})

test('Whoever is blocked sees and answers nothing of it; whoever blocks reads nothing of theirs', async () => {
  const post = await createPost(ctx, alice, { text: 'for everybody', visibility: 'public' })
  await followActor(ctx, alice, carol)
  await createPost(ctx, carol, { text: '@alice hello', visibility: 'public' })
  expect(await listHomeStatuses(ctx.db, alice.id, { limit: 9 })).toHaveLength(2)
  await blockActor(ctx, alice, carol)
  await expect(getVisibleStatus(ctx, post.id, carol.id)).rejects.toMatchObject({ code: 'not_found' })
  await expect(
    createPost(ctx, carol, { text: 'but', visibility: 'public', inReplyToId: post.id }),
  ).rejects.toMatchObject({ code: 'not_found' })
  const home = await listHomeStatuses(ctx.db, alice.id, { limit: 9 })
  expect(home.map(({ source }) => source)).toEqual(['for everybody'])
})

test('What somebody blocked says to us, or answers us, is let go; to others of us it is said', async () => {
  const post = await createPost(ctx, alice, { text: 'for everybody', visibility: 'public' })
  await blockActor(ctx, alice, bob)
  const uriOf = (name: string) => `https://home.example/users/${name}`
  const mention = (...names: string[]) => names.map((name) => ({ href: uriOf(name), name: `@${name}` }))
  const say = (id: string, note: Parameters<typeof draftNote>[1], recipientId: string | null = null) =>
    receiveNote(ctx, {
      note: draftNote(bob, { id: `${bob.uri}/${id}`, ...note }),
      author: bob,
      recipientId,
    })
  expect(await say('1', { mentions: mention('alice') })).toBe('ignored')
  expect(await say('2', {}, alice.id)).toBe('ignored')
  expect(await say('3', { inReplyTo: `${uriOf('alice')}/statuses/${post.id}` })).toBe('ignored')
  const both = { to: [uriOf('alice'), uriOf('carol')], cc: [], visibility: 'direct' as const }
  expect(await say('4', both)).toBe('stored')
  expect(await say('4', both, alice.id)).toBe('known')
  expect((await findRemoteStatus(ctx.db, `${bob.uri}/4`))?.audience).toEqual([carol.id])
})

test('What was told of somebody is gone when they are blocked, and of nobody else', async () => {
  await follow('f1')
  await followActor(ctx, carol, alice)
  const toldOf = async () => {
    const rows = await ctx.db.selectFrom('notifications').select('fromId').execute()
    return rows.map(({ fromId }) => fromId)
  }
  expect((await toldOf()).toSorted()).toEqual([bob.id, carol.id].toSorted())
  await blockActor(ctx, alice, bob)
  expect(await toldOf()).toEqual([carol.id])
})
