import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Context } from '../../../src/context.ts'
import { transact } from '../../../src/db/transact.ts'
import { allowDomainFor, blockDomainFor } from '../../../src/domain/domain-blocks/block-domain-for.ts'
import { endTiesToDomain } from '../../../src/domain/domain-blocks/end-ties.ts'
import { followActor } from '../../../src/domain/follows/follow-actor.ts'
import { receiveFollow } from '../../../src/domain/follows/receive-follow.ts'
import { moveFollowers } from '../../../src/domain/moving/move-followers.ts'
import { countTiesToDomain } from '../../../src/store/account-domain-blocks.ts'
import type { Actor } from '../../../src/store/actors.ts'
import { findFollowBetween, upsertFollow } from '../../../src/store/follows.ts'
import { createTestContext, type TestContext } from '../../support/context.ts'
import { createMember, createStranger, listJobs, type Stranger } from '../../support/people.ts'

let world: TestContext
let ctx: Context
let alice: Actor
let bob: Stranger

beforeEach(async () => {
  world = await createTestContext()
  ctx = world.ctx
  alice = await createMember(ctx, 'alice')
  bob = await createStranger(ctx, 'bob', { domain: 'rude.example' })
})
afterEach(() => world.close())

const jobsOf = async (name: string) => (await listJobs(ctx.db)).filter((job) => job.name === name)
const follow = (follower: Stranger, name: string) =>
  receiveFollow(ctx, { follower, target: alice, activityUri: `${follower.uri}/${name}` })
const toldOf = async () => {
  const rows = await ctx.db.selectFrom('notifications').select(['type', 'fromId']).execute()
  return rows.filter(({ type }) => type !== 'severed_relationships').map(({ fromId }) => fromId)
}

test('Follows end a hundred at a time on each side, and each server is told', async () => {
  for (let index = 0; index < 105; index++) {
    const name = await createStranger(ctx, `p${index}`, { domain: 'rude.example' })
    await transact(ctx, async (tx) => {
      const row = { state: 'accepted', createdAt: tx.now() }
      const ours = { ...row, followerId: alice.id, targetId: name.id, targetUri: name.uri }
      const ends = { followerId: name.id, targetId: alice.id, followerUri: name.uri }
      const theirs = { ...row, ...ends, inboxId: name.inboxId, activityUri: `${name.uri}/f1` }
      for (const one of [ours, theirs]) await upsertFollow(tx.db, { id: tx.newId(), ...one })
    })
  }
  await blockDomainFor(ctx, alice, 'Rude.example')
  const [job] = await jobsOf('domain.shunned')
  expect(job?.data).toEqual({ accountId: alice.id, domain: 'rude.example' })
  const data = job?.data as { accountId: string; domain: string }
  await endTiesToDomain(ctx, data)
  expect(await countTiesToDomain(ctx.db, alice.id, 'rude.example')).toEqual({ following: 5, followers: 5 })
  expect(await jobsOf('domain.shunned')).toHaveLength(2)
  for (const _ of [1, 2]) await endTiesToDomain(ctx, data)
  expect(await countTiesToDomain(ctx.db, alice.id, 'rude.example')).toEqual({ following: 0, followers: 0 })
  expect(await jobsOf('domain.shunned')).toHaveLength(2)
  expect(await jobsOf('follow.undone')).toHaveLength(105)
  expect(await jobsOf('follow.rejected')).toHaveLength(105)
})

test('It goes no further when the domain is not blocked any more', async () => {
  await follow(bob, 'f1')
  await blockDomainFor(ctx, alice, 'rude.example')
  await allowDomainFor(ctx, alice, 'rude.example')
  await endTiesToDomain(ctx, { accountId: alice.id, domain: 'rude.example' })
  expect(await findFollowBetween(ctx.db, bob.id, alice.id)).toMatchObject({ state: 'accepted' })
})

test('What was told of people there is gone, and of nobody else', async () => {
  const eve = await createStranger(ctx, 'eve', { domain: 'kind.example' })
  for (const one of [bob, eve]) await follow(one, 'f1')
  expect((await toldOf()).toSorted()).toEqual([bob.id, eve.id].toSorted())
  await blockDomainFor(ctx, alice, 'rude.example')
  expect(await toldOf()).toEqual([eve.id])
})

test('Nobody follows there or from there, nor moves along', async () => {
  await blockDomainFor(ctx, alice, 'rude.example')
  await expect(followActor(ctx, alice, bob)).rejects.toMatchObject({ code: 'forbidden' })
  expect(await follow(bob, 'f1')).toBe('rejected')
  expect(await findFollowBetween(ctx.db, bob.id, alice.id)).toBeUndefined()
  const eve = await createStranger(ctx, 'eve', { domain: 'kind.example' })
  await followActor(ctx, alice, eve)
  await transact(ctx, (tx) => tx.db.updateTable('follows').set({ state: 'accepted' }).execute())
  await moveFollowers(ctx, { actorId: eve.id, targetId: bob.id, after: null })
  expect(await findFollowBetween(ctx.db, alice.id, bob.id)).toBeUndefined()
  expect(await findFollowBetween(ctx.db, alice.id, eve.id)).toMatchObject({ state: 'accepted' })
  await allowDomainFor(ctx, alice, 'rude.example')
  expect(await followActor(ctx, alice, bob)).toBe('pending')
})
