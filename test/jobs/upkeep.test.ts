import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { transact } from '../../src/db/transact.ts'
import { openQueue } from '../../src/jobs/open-queue.ts'
import { tidy } from '../../src/jobs/upkeep.ts'
import { firstIdAt } from '../../src/lib/ids.ts'
import { ensureHost } from '../../src/store/hosts.ts'
import { enqueue, jobNames } from '../../src/store/jobs.ts'
import { releaseAllLeases } from '../../src/store/upkeep.ts'
import { createMember, listJobs } from '../support/people.ts'
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

test('Jobs that succeeded are forgotten after an hour; what failed or is still to be done is kept', async () => {
  const { ctx } = world
  await sql`delete from pgboss.job`.execute(ctx.db)
  const finished = async (host: string, state: string, minutesAgo: number) => {
    await transact(ctx, (tx) => enqueue(tx, 'host.met', { host }))
    await sql`
      update pgboss.job set state = ${state}::pgboss.job_state,
        completed_on = now() - ${minutesAgo}::integer * interval '1 minute'
      where data ->> 'host' = ${host}`.execute(ctx.db)
  }
  await finished('old', 'completed', 61)
  await finished('recent', 'completed', 59)
  await finished('failed', 'failed', 9 * 1440)
  await transact(ctx, (tx) => enqueue(tx, 'host.met', { host: 'waiting' }))

  await tidy(ctx, new AbortController().signal)

  const left = (await listJobs(ctx.db)).map(({ data }) => (data as { host: string }).host)
  expect(left.toSorted()).toEqual(['failed', 'recent', 'waiting'])
})

test('The job library keeps what failed for 14 days, also in queues that were made otherwise', async () => {
  const { config, db, log } = world.ctx
  const kept = async () => {
    const { rows } = await sql<{ seconds: number }>`
      select distinct deletion_seconds as seconds from pgboss.queue where name = any(${jobNames}::text[])`.execute(
      db,
    )
    return rows.map(({ seconds }) => seconds)
  }
  expect(await kept()).toEqual([14 * 86_400])
  await sql`update pgboss.queue set deletion_seconds = 604800 where name = 'host.met'`.execute(db)
  const connectionString = config.databaseUrl ?? ''
  const boss = await openQueue({ connectionString, log, works: false })
  await boss.stop({ graceful: false })
  expect(await kept()).toEqual([14 * 86_400])
})

test('What was taken back and never was here is forgotten after 90 days, other tombstones never', async () => {
  const { ctx } = world
  const bury = (name: string, unknownHost: string | null, daysAgo: number) =>
    ctx.db
      .insertInto('remoteTombstones')
      .values({
        uri: `https://away.example/${name}`,
        actorUri: 'https://away.example/users/bob',
        unknownHost,
        createdAt: new Date(Date.now() - daysAgo * day),
      })
      .execute()
  await bury('old', 'away.example', 91)
  await bury('recent', 'away.example', 89)
  await bury('known', null, 400)
  await tidy(ctx, new AbortController().signal)
  const left = await ctx.db.selectFrom('remoteTombstones').select('uri').orderBy('uri').execute()
  expect(left.map(({ uri }) => uri)).toEqual(['https://away.example/known', 'https://away.example/recent'])
})
