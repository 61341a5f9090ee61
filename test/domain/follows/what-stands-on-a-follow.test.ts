import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Context } from '../../../src/context.ts'
import { receiveActorDelete } from '../../../src/domain/accounts/receive-actor-delete.ts'
import { blockDomainFor } from '../../../src/domain/domain-blocks/block-domain-for.ts'
import { endTiesToDomain } from '../../../src/domain/domain-blocks/end-ties.ts'
import { endorseActor } from '../../../src/domain/endorsements/endorse-actor.ts'
import { followActor } from '../../../src/domain/follows/follow-actor.ts'
import { receiveAccept, receiveReject } from '../../../src/domain/follows/receive-answer.ts'
import { unfollowActor } from '../../../src/domain/follows/unfollow-actor.ts'
import { createList } from '../../../src/domain/lists/keep-list.ts'
import { addToList } from '../../../src/domain/lists/list-members.ts'
import { blockActor } from '../../../src/domain/moderation/block-actor.ts'
import { receiveBlock } from '../../../src/domain/moderation/receive-block.ts'
import { moveFollowers } from '../../../src/domain/moving/move-followers.ts'
import { listActorsOn } from '../../../src/store/actor-lists.ts'
import type { Actor } from '../../../src/store/actors.ts'
import { findFollowBetween } from '../../../src/store/follows.ts'
import { createTestContext, type TestContext } from '../../support/context.ts'
import { createMember, createStranger, type Stranger } from '../../support/people.ts'

let world: TestContext
let ctx: Context
let alice: Actor
let [bob, eve] = [] as unknown as [Stranger, Stranger]
let listId: string

beforeEach(async () => {
  world = await createTestContext()
  ctx = world.ctx
  alice = await createMember(ctx, 'alice')
  bob = await createStranger(ctx, 'bob')
  eve = await createStranger(ctx, 'eve', { domain: 'other.example' })
  listId = (await createList(ctx, alice, { title: 'Friends' })).id
  for (const friend of [bob, eve]) {
    await followActor(ctx, alice, friend)
    const { id: followId } = (await findFollowBetween(ctx.db, alice.id, friend.id))!
    await receiveAccept(ctx, { from: friend, followId })
    await endorseActor(ctx, alice, friend)
    await addToList(ctx, alice, listId, [friend.id])
  }
})
afterEach(() => world.close())

async function namedOn(list: 'endorsements' | 'members', ownerId: string): Promise<string[]> {
  const listed = await listActorsOn(ctx.db, list, { ownerId, now: ctx.now(), range: { limit: 9 } })
  return listed.map(({ actorId }) => actorId)
}

const ends: Record<string, () => Promise<unknown>> = {
  'an unfollow': () => unfollowActor(ctx, alice, bob),
  'a refusal': async () => {
    const { id: followId } = (await findFollowBetween(ctx.db, alice.id, bob.id))!
    return receiveReject(ctx, { from: bob, followId })
  },
  'a block': () => blockActor(ctx, alice, bob),
  'a block by the other': () => receiveBlock(ctx, { by: bob, target: alice, uri: `${bob.uri}/b1` }),
  'a block of the domain': async () => {
    await blockDomainFor(ctx, alice, bob.domain)
    await endTiesToDomain(ctx, { accountId: alice.id, domain: bob.domain })
  },
  'the end of the account': () => receiveActorDelete(ctx, bob),
}

test.each(Object.keys(ends))('%s ends the place on lists and the recommendation', async (end) => {
  await ends[end]!()
  expect(await findFollowBetween(ctx.db, alice.id, bob.id)).toBeUndefined()
  expect(await namedOn('endorsements', alice.id)).toEqual([eve.id])
  expect(await namedOn('members', listId)).toEqual([eve.id])
})

test('A move leads on to where they are', async () => {
  const there = await createStranger(ctx, 'bob', { domain: 'new.example', locked: false })
  await moveFollowers(ctx, { actorId: bob.id, targetId: there.id, after: null })
  expect((await namedOn('endorsements', alice.id)).toSorted()).toEqual([eve.id, there.id].toSorted())
  expect((await namedOn('members', listId)).toSorted()).toEqual([eve.id, there.id].toSorted())
})
