import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Context } from '../../../src/context.ts'
import { receiveFollow } from '../../../src/domain/follows/receive-follow.ts'
import { blockActor } from '../../../src/domain/moderation/block-actor.ts'
import { receiveBlock } from '../../../src/domain/moderation/receive-block.ts'
import { moveFollowers } from '../../../src/domain/moving/move-followers.ts'
import { insertAccount, type Actor } from '../../../src/store/actors.ts'
import { acceptFollow, findFollowBetween, upsertFollow } from '../../../src/store/follows.ts'
import { setAccountMove } from '../../../src/store/moves.ts'
import { transact } from '../../../src/db/transact.ts'
import { createTestContext, type TestContext } from '../../support/context.ts'
import { createStranger, listJobs, type Stranger } from '../../support/people.ts'

let world: TestContext
let ctx: Context
let former: Stranger
let present: Stranger

beforeEach(async () => {
  world = await createTestContext()
  ctx = world.ctx
  former = await createStranger(ctx, 'former')
  present = await createStranger(ctx, 'present', { domain: 'new.example', locked: true })
})
afterEach(() => world.close())

/** Members without keys and passwords, who follow whoever will move. */
async function createFollowers(count: number): Promise<Actor[]> {
  return transact(ctx, async (tx) => {
    const made: Actor[] = []
    for (let index = 0; index < count; index++) {
      const id = tx.newId()
      const names = { username: `fan${index}`, displayName: `fan${index}`, type: 'Person' }
      const account = await insertAccount(tx.db, { ...names, id, createdAt: tx.now() })
      const ends = { followerId: id, targetId: former.id, targetUri: former.uri }
      const { id: followId } = await upsertFollow(tx.db, { id: tx.newId(), ...ends, state: 'pending' })
      await acceptFollow(tx.db, followId, tx.now())
      made.push(account)
    }
    return made
  })
}

type Moving = Parameters<typeof moveFollowers>[1]
const from = (after: string | null = null): Moving => ({ actorId: former.id, targetId: present.id, after })
const count = (targetId: string) =>
  ctx.db
    .selectFrom('follows')
    .select(['state', (eb) => eb.fn.countAll<string>().as('n')])
    .where('targetId', '=', targetId)
    .groupBy('state')
    .execute()
const jobsOf = async (name: string) => (await listJobs(ctx.db)).filter((job) => job.name === name)

test('Followers go a hundred at a time, and whoever went is not asked for again', async () => {
  await createFollowers(203)
  let next = from()
  for (const left of [103, 3, 0]) {
    await moveFollowers(ctx, next)
    expect(await count(present.id)).toEqual([{ state: 'pending', n: String(203 - left) }])
    expect(await count(former.id)).toEqual(left === 0 ? [] : [{ state: 'accepted', n: String(left) }])
    const job = (await jobsOf('actor.moved')).at(-1)
    if (job !== undefined) next = job.data as Moving
  }
  expect(await jobsOf('actor.moved')).toHaveLength(2)
  await moveFollowers(ctx, from())
  expect(await jobsOf('follow.requested')).toHaveLength(203)
  expect(await jobsOf('follow.undone')).toHaveLength(203)
})

test('Stay behind: who is blocked either way, who left and who moved', async () => {
  const [blocker, blocked, moved, suspended, fan] = await createFollowers(5)
  await blockActor(ctx, blocker!, present)
  await receiveBlock(ctx, { by: present, target: blocked!, uri: `${present.uri}/block` })
  await transact(ctx, (tx) =>
    setAccountMove(tx.db, moved!.id, { id: '1', uri: 'https://x.example/1' }, tx.now()),
  )
  await ctx.db
    .updateTable('accounts')
    .set({ suspendedAt: ctx.now() })
    .where('id', '=', suspended!.id)
    .execute()
  await moveFollowers(ctx, from())
  expect(await findFollowBetween(ctx.db, fan!.id, present.id)).toMatchObject({ state: 'pending' })
  expect(await findFollowBetween(ctx.db, fan!.id, former.id)).toBeUndefined()
  for (const other of [blocker, blocked, moved, suspended]) {
    expect(await findFollowBetween(ctx.db, other!.id, present.id)).toBeUndefined()
    expect(await findFollowBetween(ctx.db, other!.id, former.id)).toMatchObject({ state: 'accepted' })
  }
})

test('A place that is gone meanwhile is not followed; followers elsewhere are not ours to move', async () => {
  const [fan] = await createFollowers(1)
  const stranger = await createStranger(ctx, 'stranger')
  await receiveFollow(ctx, { follower: stranger, target: fan!, activityUri: `${stranger.uri}/f` })
  await ctx.db
    .updateTable('remoteActors')
    .set({ deletedAt: ctx.now() })
    .where('id', '=', present.id)
    .execute()
  await moveFollowers(ctx, from())
  expect(await findFollowBetween(ctx.db, fan!.id, former.id)).toMatchObject({ state: 'accepted' })
  await moveFollowers(ctx, { actorId: fan!.id, targetId: former.id, after: null })
  expect(await findFollowBetween(ctx.db, stranger.id, fan!.id)).toMatchObject({ state: 'accepted' })
  expect(await findFollowBetween(ctx.db, stranger.id, former.id)).toBeUndefined()
})
