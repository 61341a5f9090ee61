import type { TxContext } from '../../../src/context.ts'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Context } from '../../../src/context.ts'
import { lockAccount } from '../../../src/domain/accounts/lock-account.ts'
import { approveFollow, rejectFollow } from '../../../src/domain/follows/answer-follow.ts'
import { receiveFollow } from '../../../src/domain/follows/receive-follow.ts'
import { receiveUndoFollow } from '../../../src/domain/follows/receive-undo-follow.ts'
import { digestOfActivity } from '../../../src/domain/inbox/digest.ts'
import { transact } from '../../../src/db/transact.ts'
import { findAccount, type Actor } from '../../../src/store/actors.ts'
import { findFollowBetween, listPendingFollowers } from '../../../src/store/follows.ts'
import { rememberActivities } from '../../../src/store/inbox.ts'
import { createTestContext, type TestContext } from '../../support/context.ts'
import { createMember, createStranger, listJobs, type Stranger } from '../../support/people.ts'

let world: TestContext
let ctx: Context
let open: Actor
let locked: Actor
let bob: Stranger
const activityUri = 'https://away.example/follows/1'

beforeAll(async () => {
  world = await createTestContext()
  ctx = world.ctx
  open = await createMember(ctx, 'open')
  await lockAccount(ctx, await createMember(ctx, 'locked'), true)
  locked = (await findAccount(ctx.db, 'locked')) as Actor
  bob = await createStranger(ctx, 'bob')
})
beforeEach(async () => {
  await ctx.db.deleteFrom('follows').execute()
  await ctx.db.deleteFrom('seenActivities').execute()
})
afterAll(() => world.close())

/** What is enqueued while `act` runs. */
async function jobsOf(act: () => Promise<unknown>): Promise<{ name: string; data: unknown }[]> {
  const before = await listJobs(ctx.db)
  await act()
  return (await listJobs(ctx.db)).slice(before.length)
}

const followBetween = (target: Actor) => findFollowBetween(ctx.db, bob.id, target.id)

/** Whether it had no effect before. */
const rememberActivity = async (tx: TxContext, digest: Buffer): Promise<boolean> =>
  (await rememberActivities(tx.db, [digest])).length > 0

test('An open account is followed at once, and the follower is told', async () => {
  const jobs = await jobsOf(async () => {
    expect(await receiveFollow(ctx, { follower: bob, target: open, activityUri })).toBe('accepted')
  })
  const follow = await followBetween(open)
  expect(follow).toMatchObject({
    state: 'accepted',
    followerUri: bob.uri,
    inboxId: bob.inboxId,
    sharedInboxId: bob.sharedInboxId,
    activityUri,
  })
  expect(follow?.acceptedAt).toBeInstanceOf(Date)
  expect(jobs).toEqual([{ name: 'follow.accepted', data: { followId: follow?.id } }])
})

test('The same Follow again is answered again, and is still one follow', async () => {
  await receiveFollow(ctx, { follower: bob, target: open, activityUri })
  const first = await followBetween(open)
  const jobs = await jobsOf(() =>
    receiveFollow(ctx, { follower: bob, target: open, activityUri: `${activityUri}b` }),
  )
  expect(await followBetween(open)).toEqual({ ...first, activityUri: `${activityUri}b` })
  expect(jobs).toEqual([{ name: 'follow.accepted', data: { followId: first?.id } }])
})

test('A locked account is asked, and approves', async () => {
  const waiting = await jobsOf(async () => {
    expect(await receiveFollow(ctx, { follower: bob, target: locked, activityUri })).toBe('pending')
  })
  expect(waiting).toEqual([])
  const [request] = await listPendingFollowers(ctx.db, locked.id)
  expect(request).toMatchObject({ followerId: bob.id, state: 'pending', acceptedAt: null })
  const jobs = await jobsOf(() => approveFollow(ctx, locked, bob.id))
  expect(await followBetween(locked)).toMatchObject({ state: 'accepted' })
  expect(jobs).toEqual([{ name: 'follow.accepted', data: { followId: request?.id } }])
})

test('Whoever follows an account that is locked later on stays, and is answered when asking again', async () => {
  await receiveFollow(ctx, { follower: bob, target: { ...locked, locked: false }, activityUri })
  expect(await receiveFollow(ctx, { follower: bob, target: locked, activityUri })).toBe('accepted')
})

test('A locked account turns somebody away, who may ask again', async () => {
  await receiveFollow(ctx, { follower: bob, target: locked, activityUri })
  const request = await followBetween(locked)
  const jobs = await jobsOf(() => rejectFollow(ctx, locked, bob.id))
  const data = {
    accountId: locked.id,
    followId: request?.id,
    followerUri: bob.uri,
    inboxId: bob.inboxId,
    activityUri,
  }
  expect(jobs).toEqual([{ name: 'follow.rejected', data }])
  expect(await followBetween(locked)).toBeUndefined()
  expect(await receiveFollow(ctx, { follower: bob, target: locked, activityUri })).toBe('pending')
})

test('Nobody is approved or turned away who did not ask', async () => {
  await expect(approveFollow(ctx, locked, bob.id)).rejects.toMatchObject({ code: 'not_found' })
  await expect(rejectFollow(ctx, locked, bob.id)).rejects.toMatchObject({ code: 'not_found' })
})

test('After an Undo the same Follow, with the same id, is a new one', async () => {
  const digest = digestOfActivity(bob.uri, activityUri)
  const remember = () => transact(ctx, (tx) => rememberActivity(tx, digest))
  expect(await remember()).toBe(true)
  await receiveFollow(ctx, { follower: bob, target: open, activityUri })
  expect(await remember()).toBe(false)
  await receiveUndoFollow(ctx, { follower: bob, target: open, followUri: activityUri })
  expect(await followBetween(open)).toBeUndefined()
  expect(await remember()).toBe(true)
  expect(await receiveFollow(ctx, { follower: bob, target: open, activityUri })).toBe('accepted')
})

test('An Undo that names no id retires the one that we know, and happens twice without harm', async () => {
  const digest = digestOfActivity(bob.uri, activityUri)
  await transact(ctx, (tx) => rememberActivity(tx, digest))
  await receiveFollow(ctx, { follower: bob, target: open, activityUri })
  const undo = () => receiveUndoFollow(ctx, { follower: bob, target: open, followUri: undefined })
  await undo()
  await undo()
  expect(await followBetween(open)).toBeUndefined()
  expect(await transact(ctx, (tx) => rememberActivity(tx, digest))).toBe(true)
})
