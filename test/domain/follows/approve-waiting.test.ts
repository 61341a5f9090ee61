import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Context } from '../../../src/context.ts'
import { lockAccount } from '../../../src/domain/accounts/lock-account.ts'
import { updateOwnProfile } from '../../../src/domain/accounts/update-profile.ts'
import { approveWaiting } from '../../../src/domain/follows/approve-waiting.ts'
import { receiveFollow } from '../../../src/domain/follows/receive-follow.ts'
import { findAccount, type Actor } from '../../../src/store/actors.ts'
import { findFollowBetween, listPendingFollowers, upsertFollow } from '../../../src/store/follows.ts'
import { transact } from '../../../src/db/transact.ts'
import { createTestContext, type TestContext } from '../../support/context.ts'
import { createMember, createStranger, listJobs, type Stranger } from '../../support/people.ts'

let world: TestContext
let ctx: Context
let alice: Actor
let bob: Stranger

beforeEach(async () => {
  world = await createTestContext()
  ctx = world.ctx
  await lockAccount(ctx, await createMember(ctx, 'alice'), true)
  alice = (await findAccount(ctx.db, 'alice'))!
  bob = await createStranger(ctx, 'bob')
  await receiveFollow(ctx, { follower: bob, target: alice, activityUri: `${bob.uri}/f1` })
})
afterEach(() => world.close())

const jobsOf = async (name: string) => (await listJobs(ctx.db)).filter((job) => job.name === name)
const stateOf = async (id: string) => (await findFollowBetween(ctx.db, id, alice.id))?.state

test('Whoever waits is let in when a member does not decide about followers any more', async () => {
  await updateOwnProfile(ctx, alice, { displayName: 'Alice' })
  expect(await jobsOf('account.opened')).toEqual([])
  await updateOwnProfile(ctx, alice, { locked: false })
  const opened = await jobsOf('account.opened')
  expect(opened).toEqual([{ name: 'account.opened', data: { accountId: alice.id } }])
  for (const _ of [1, 2]) await approveWaiting(ctx, { accountId: alice.id })
  expect(await stateOf(bob.id)).toBe('accepted')
  expect(await jobsOf('follow.accepted')).toHaveLength(1)
})

test('Nobody is let in by an account that is locked once more', async () => {
  await updateOwnProfile(ctx, alice, { locked: false })
  await updateOwnProfile(ctx, alice, { locked: true })
  await approveWaiting(ctx, { accountId: alice.id })
  expect(await stateOf(bob.id)).toBe('pending')
})

test('They are let in a hundred at a time, the longest waiting first', async () => {
  const ids = Array.from({ length: 120 }, () => ctx.newId())
  await transact(ctx, async (tx) => {
    for (const followerId of ids)
      await upsertFollow(tx.db, { id: tx.newId(), followerId, targetId: alice.id, state: 'pending' })
  })
  await updateOwnProfile(ctx, alice, { locked: false })
  await approveWaiting(ctx, { accountId: alice.id })
  const left = (await listPendingFollowers(ctx.db, alice.id)).map(({ followerId }) => followerId)
  expect(left).toEqual(ids.slice(99))
  expect(await jobsOf('account.opened')).toHaveLength(2)
  await approveWaiting(ctx, { accountId: alice.id })
  expect(await listPendingFollowers(ctx.db, alice.id)).toEqual([])
  expect(await jobsOf('account.opened')).toHaveLength(2)
})
