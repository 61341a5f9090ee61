import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Context } from '../../src/context.ts'
import { transact } from '../../src/db/transact.ts'
import { allowDomain, blockDomain } from '../../src/domain/moderation/block-domain.ts'
import { listAccountFacts } from '../../src/store/account-facts.ts'
import { acceptFollow, countFollows, listFollowPage, upsertFollow } from '../../src/store/follows.ts'
import { createTestContext, type TestContext } from '../support/context.ts'
import { createMember, createStranger } from '../support/people.ts'

let world: TestContext
let ctx: Context
beforeAll(async () => {
  world = await createTestContext()
  ctx = world.ctx
})
afterAll(() => world.close())

async function follow(followerId: string, targetId: string): Promise<void> {
  await transact(ctx, async (tx) => {
    const { id } = await upsertFollow(tx.db, { id: tx.newId(), state: 'pending', followerId, targetId })
    await acceptFollow(tx.db, id, tx.now())
  })
}

test('Those of a blocked domain are neither listed nor counted, until it is allowed again', async () => {
  const bob = await createMember(ctx, 'bob')
  const ann = await createStranger(ctx, 'ann')
  const mal = await createStranger(ctx, 'mal', { domain: 'evil.example' })
  for (const { id } of [ann, mal]) {
    await follow(id, bob.id)
    await follow(bob.id, id)
  }
  const page = { before: undefined, limit: 10 }
  const look = async () => {
    const facts = (await listAccountFacts(ctx.db, [bob.id])).get(bob.id)
    const counts = await countFollows(ctx.db, bob.id)
    expect({ followers: facts?.followers, following: facts?.following }).toEqual(counts)
    const sides = [
      await listFollowPage(ctx.db, 'followers', bob.id, page),
      await listFollowPage(ctx.db, 'following', bob.id, page),
    ]
    return { counts, lists: sides.map((rows) => rows.map(({ actorId }) => actorId)) }
  }
  const both = [mal.id, ann.id]
  const before = { counts: { followers: 2, following: 2 }, lists: [both, both] }
  expect(await look()).toEqual(before)
  await blockDomain(ctx, 'evil.example', '')
  expect(await look()).toEqual({ counts: { followers: 1, following: 1 }, lists: [[ann.id], [ann.id]] })
  await allowDomain(ctx, 'evil.example')
  expect(await look()).toEqual(before)
})
