import { afterAll, beforeAll, expect, test } from 'vitest'
import { tidy } from '../../src/jobs/upkeep.ts'
import { firstIdAt } from '../../src/lib/ids.ts'
import { ensureHost } from '../../src/store/hosts.ts'
import { releaseAllLeases } from '../../src/store/upkeep.ts'
import { createMember } from '../support/people.ts'
import { createTestContext, type TestContext } from '../support/context.ts'

let world: TestContext
beforeAll(async () => void (world = await createTestContext()))
afterAll(() => world.close())

const day = 24 * 3600_000

async function plan(
  accountId: string,
  daysAgo: number,
  states: readonly ('delivered' | 'dead')[],
): Promise<string> {
  const id = firstIdAt(new Date(Date.now() - daysAgo * day))
  const { db } = world.ctx
  await db.insertInto('outgoingActivities').values({ id, accountId, body: '{}' }).execute()
  const rows = states.map((state, inboxId) => ({
    activityId: id,
    inboxId,
    hostId: 1,
    due: new Date(),
    state,
  }))
  await db.insertInto('deliveries').values(rows).execute()
  return id
}

test('What arrived long ago is forgotten; what did not arrive, and what is recent, is kept', async () => {
  const { ctx } = world
  const account = await createMember(ctx, 'ada')
  const old = await plan(account.id, 31, ['delivered', 'delivered'])
  const mixed = await plan(account.id, 40, ['delivered', 'dead'])
  const recent = await plan(account.id, 29, ['delivered'])
  await ctx.db
    .insertInto('kv')
    .values([
      { key: 'gone', value: '1', expiresAt: new Date(Date.now() - 1000) },
      { key: 'kept', value: '1', expiresAt: new Date(Date.now() + day) },
    ])
    .execute()

  await tidy(ctx, new AbortController().signal)

  const activities = await ctx.db.selectFrom('outgoingActivities').select('id').orderBy('id').execute()
  expect(activities.map((row) => row.id)).toEqual([mixed, recent])
  expect(activities.map((row) => row.id)).not.toContain(old)
  const deliveries = await ctx.db
    .selectFrom('deliveries')
    .select(['activityId', 'state'])
    .orderBy('activityId')
    .execute()
  expect(deliveries).toEqual([
    { activityId: mixed, state: 'dead' },
    { activityId: recent, state: 'delivered' },
  ])
  expect(await ctx.db.selectFrom('kv').select('key').execute()).toEqual([{ key: 'kept' }])
})

test('A server that is alone takes up at once what a dead one had in hand, and nothing that rests for a reason', async () => {
  const { db } = world.ctx
  const hostId = await ensureHost(db, 'busy.example')
  const [soon, later] = [new Date(Date.now() + 60_000), new Date(Date.now() + 3600_000)]
  const leased = { hostId, due: soon, leaseOwner: crypto.randomUUID(), leaseUntil: soon }
  await db.insertInto('deliveryLanes').values(leased).execute()
  const message = (id: string, attempts: number, due: Date) => ({
    id,
    digest: Buffer.from(id),
    actorUri: 'https://busy.example/users/bo',
    body: '{}',
    attempts,
    due,
  })
  await db
    .insertInto('inboxMessages')
    .values([message('1', 0, soon), message('2', 3, later)])
    .execute()

  await releaseAllLeases(db)

  const lane = await db.selectFrom('deliveryLanes').select(['leaseOwner', 'due']).executeTakeFirstOrThrow()
  expect(lane).toEqual({ leaseOwner: null, due: soon })
  const due = await db.selectFrom('inboxMessages').select(['id', 'due']).orderBy('id').execute()
  expect(due[0]?.due.getTime()).toBeLessThanOrEqual(Date.now() + 1000)
  expect(due[1]).toEqual({ id: '2', due: later })
})
