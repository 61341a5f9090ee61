import { beforeEach, expect, test } from 'vitest'
import { followActor } from '../../../src/domain/follows/follow-actor.ts'
import { receiveAccept, receiveReject } from '../../../src/domain/follows/receive-answer.ts'
import { unfollowActor } from '../../../src/domain/follows/unfollow-actor.ts'
import { findFollowBetween, type Follow } from '../../../src/store/follows.ts'
import { createTestContext } from '../../support/context.ts'
import { createMember, createStranger, listJobs } from '../../support/people.ts'
import { use } from '../../support/use.ts'

const { ctx } = await use(createTestContext())
const alice = await createMember(ctx, 'alice')
const carol = await createMember(ctx, 'carol')
const bob = await createStranger(ctx, 'bob')
const mallory = await createStranger(ctx, 'mallory')

beforeEach(async () => {
  await ctx.db.deleteFrom('follows').execute()
})
async function requestFollow(): Promise<Follow> {
  expect(await followActor(ctx, alice, bob)).toBe('pending')
  return (await findFollowBetween(ctx.db, alice.id, bob.id)) as Follow
}
const stateOf = async (id: string) => (await findFollowBetween(ctx.db, alice.id, id))?.state

test('Following somebody elsewhere waits for their answer', async () => {
  const before = await listJobs(ctx.db)
  const follow = await requestFollow()
  expect(follow).toMatchObject({ targetUri: bob.uri, followerUri: null, inboxId: null, state: 'pending' })
  const jobs = (await listJobs(ctx.db)).slice(before.length)
  expect(jobs).toEqual([{ name: 'follow.requested', data: { followId: follow.id } }])
  expect(await receiveAccept(ctx, { from: bob, followId: follow.id })).toBe('accepted')
  expect(await stateOf(bob.id)).toBe('accepted')
})

test('Asking again keeps the id of the Follow, which the answer will name', async () => {
  const first = await requestFollow()
  expect(await requestFollow()).toEqual(first)
  await receiveAccept(ctx, { from: bob, followId: first.id })
  expect(await followActor(ctx, alice, bob)).toBe('accepted')
})

test('An answer of anybody but the one who was asked changes nothing', async () => {
  const follow = await requestFollow()
  expect(await receiveAccept(ctx, { from: mallory, followId: follow.id })).toBe('ignored')
  expect(await receiveReject(ctx, { from: mallory, followId: follow.id })).toBe('ignored')
  expect(await stateOf(bob.id)).toBe('pending')
  expect(await receiveAccept(ctx, { from: bob, followId: '12345' })).toBe('ignored')
})

test('Nobody is accepted into following those whom they did not ask', async () => {
  const follow = await requestFollow()
  await unfollowActor(ctx, alice, bob)
  expect(await receiveAccept(ctx, { from: bob, followId: follow.id })).toBe('ignored')
  expect(await stateOf(bob.id)).toBeUndefined()
})

test('A Reject ends a request, and a follow that was accepted before', async () => {
  const request = await requestFollow()
  expect(await receiveReject(ctx, { from: bob, followId: request.id })).toBe('removed')
  expect(await receiveReject(ctx, { from: bob, followId: request.id })).toBe('ignored')
  const follow = await requestFollow()
  await receiveAccept(ctx, { from: bob, followId: follow.id })
  expect(await receiveReject(ctx, { from: bob, followId: follow.id })).toBe('removed')
  expect(await stateOf(bob.id)).toBeUndefined()
})

test('Unfollowing is told once to whom it concerns', async () => {
  const follow = await requestFollow()
  const before = await listJobs(ctx.db)
  await unfollowActor(ctx, alice, bob)
  await unfollowActor(ctx, alice, bob)
  const data = { accountId: alice.id, followId: follow.id, targetUri: bob.uri, inboxId: bob.inboxId }
  expect((await listJobs(ctx.db)).slice(before.length)).toEqual([{ name: 'follow.undone', data }])
})

test('Between two who live here nothing needs to be sent', async () => {
  const before = await listJobs(ctx.db)
  expect(await followActor(ctx, alice, carol)).toBe('accepted')
  expect(await stateOf(carol.id)).toBe('accepted')
  await unfollowActor(ctx, alice, carol)
  expect(await followActor(ctx, alice, { ...carol, locked: true })).toBe('pending')
  expect(await listJobs(ctx.db)).toEqual(before)
})

test('Nobody follows themselves', async () => {
  await expect(followActor(ctx, alice, alice)).rejects.toMatchObject({ code: 'invalid' })
})

test('Nobody begins to follow somebody who has moved away', async () => {
  const away = await createStranger(ctx, 'away', { movedTo: 'https://new.example/users/away' })
  await expect(followActor(ctx, alice, away)).rejects.toMatchObject({
    code: 'forbidden',
    message: 'You cannot follow somebody who has moved: they are now at https://new.example/users/away.',
  })
  expect(await stateOf(away.id)).toBeUndefined()
  const follow = await requestFollow()
  await receiveAccept(ctx, { from: bob, followId: follow.id })
  expect(await followActor(ctx, alice, { ...bob, movedTo: 'https://new.example/users/bob' })).toBe('accepted')
})
