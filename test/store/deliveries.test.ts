import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Context, Db } from '../../src/context.ts'
import { connect, type Connection } from '../../src/db/connect.ts'
import { transact } from '../../src/db/transact.ts'
import {
  countDeliveries,
  expireDeliveries,
  listDueDeliveries,
  listHostDeliveries,
  recordAttempts,
} from '../../src/store/deliveries.ts'
import { claimLanes, releaseLanes, renewLeases, wakeForgottenLanes } from '../../src/store/delivery-lanes.ts'
import { createTestContext, type TestContext } from '../support/context.ts'
import { createMember } from '../support/people.ts'

const hosts = 5000
const activities = 40
const owner = '00000000-0000-4000-8000-000000000001'

let bed: TestContext
let ctx: Context
/** On this connection every statement says how it was carried out. */
let explained: Connection
const plans: string[] = []

beforeAll(async () => {
  bed = await createTestContext()
  const { config, log, db } = bed.ctx
  await fill(db, (await createMember(bed.ctx, 'author')).id)
  const connectionString = config.databaseUrl ?? ''
  explained = await connect({ connectionString, poolSize: 1, applicationName: 'explained', log })
  ctx = { ...bed.ctx, db: explained.db }
  await explainEverything(explained)
}, 60_000)
afterAll(async () => {
  await explained.close()
  await bed.close()
})
beforeEach(() => void plans.splice(0))

/** 200,000 deliveries on 5,000 hosts, of which the newest post waits for fifty; fifty other hosts fail. */
async function fill(db: Db, accountId: string): Promise<void> {
  await sql`insert into hosts (host) select 'h' || i || '.example' from generate_series(1, ${hosts}::int) i`.execute(
    db,
  )
  await sql`insert into inboxes (host_id, url) select id, 'https://' || host || '/inbox' from hosts order by id`.execute(
    db,
  )
  await sql`insert into outgoing_activities (id, account_id, object_id, body)
    select i * 65536, ${accountId}::bigint, i, repeat('x', 500) from generate_series(1, 20000) i`.execute(db)
  await sql`insert into deliveries (activity_id, inbox_id, host_id, due)
    select o.id, i.id, i.host_id, now() from outgoing_activities o, inboxes i
    where o.id <= ${activities}::int * 65536`.execute(db)
  await sql`insert into delivery_lanes (host_id, failures, failing_since, closed_until, due)
    select id, (id % 100 = 0)::int, case when id % 100 = 0 then now() end,
      case when id % 100 = 0 then now() + interval '1 hour' end,
      case id % 100 when 0 then now() + interval '1 hour' when 1 then now() else 'infinity'::timestamptz end
    from hosts`.execute(db)
  await sql`update deliveries set state = 'delivered', attempts = 1, last_status = 202
    where not (activity_id = ${activities}::int * 65536 and host_id % 100 in (0, 1))`.execute(db)
  await sql`vacuum analyze deliveries, delivery_lanes, outgoing_activities, inboxes, hosts`.execute(db)
}

async function explainEverything({ pool }: Connection): Promise<void> {
  const client = await pool.connect()
  client.on('notice', (notice) => plans.push(notice.message ?? ''))
  for (const statement of [
    `load 'auto_explain'`,
    `set auto_explain.log_level = notice`,
    `set auto_explain.log_min_duration = 0`,
  ])
    await client.query(statement)
  client.release()
}

/** What grows with the ledger must never be read as a whole; there are few lanes, and joining them all may be cheap. */
function expectIndexes(...names: string[]): void {
  const all = plans.join('\n')
  expect(all).not.toMatch(/Seq Scan on (deliveries|outgoing_activities)/)
  for (const name of names) expect(all).toMatch(new RegExp(`Scan (using|on) ${name}`))
}

test('Nothing that the worker asks reads the ledger as a whole', async () => {
  const lease = { owner, limit: 96, leaseSeconds: 60 }
  const lanes = await claimLanes(ctx.db, { ...lease, failing: false })
  expect(lanes).toHaveLength(50)
  expectIndexes('delivery_lanes_healthy')
  plans.splice(0)
  expect(await claimLanes(ctx.db, { ...lease, failing: true })).toEqual([])
  expectIndexes('delivery_lanes_failing')
  plans.splice(0)
  const hostIds = lanes.map((lane) => lane.hostId)
  const due = await listDueDeliveries(ctx.db, hostIds, 50)
  expect(due).toHaveLength(50)
  expectIndexes('deliveries_pending', 'outgoing_activities_object', 'deliveries_pkey')
  plans.splice(0)
  const outcome = { state: 'delivered', retrySeconds: 0, status: 202, error: null } as const
  await transact(ctx, async ({ db }) => {
    await recordAttempts(
      db,
      due.slice(0, 40).map((delivery) => ({ ...delivery, ...outcome })),
    )
    expectIndexes('deliveries_pkey')
    plans.splice(0)
    expect(await renewLeases(db, { owner, hostIds, leaseSeconds: 60 })).toHaveLength(50)
    await releaseLanes(db, owner, hostIds)
  })
  expectIndexes('deliveries_pending', 'delivery_lanes_pkey')
})

test('Neither does what is done each minute', async () => {
  await wakeForgottenLanes(ctx.db)
  expect(await expireDeliveries(ctx.db, new Date(activities + 1))).toBe(50)
  expect(plans.join('\n')).not.toMatch(/Seq Scan on deliveries/)
  expect(plans.join('\n')).toMatch(/deliveries_pending/)
})

test('Every delivery is in one state, and hosts are shown with what waits for them', async () => {
  const counts = await countDeliveries(ctx.db)
  expect(counts).toEqual({ pending: 10, delivered: 199_940, refused: 0, expired: 50, dead: 0 })
  const waiting = (await listHostDeliveries(ctx.db)).filter((host) => host.pending > 0)
  expect(waiting).toHaveLength(10)
})

test('A delivery takes less than 300 bytes on disk, with its indexes', async () => {
  await sql`truncate deliveries`.execute(ctx.db)
  await sql`insert into deliveries (activity_id, inbox_id, host_id, due)
    select o.id, i.id, i.host_id, now() from outgoing_activities o, inboxes i where o.id <= 4 * 65536`.execute(
    ctx.db,
  )
  await sql`update deliveries set state = 'delivered', attempts = 1, last_status = 202, due = now()`.execute(
    ctx.db,
  )
  await sql`vacuum deliveries`.execute(ctx.db)
  const { rows } = await sql<{ bytes: string; deliveries: string }>`
    select pg_total_relation_size('deliveries') as bytes, count(*) as deliveries from deliveries`.execute(
    ctx.db,
  )
  const { bytes, deliveries } = rows[0]!
  expect(Number(deliveries)).toBe(20_000)
  expect(Number(bytes) / Number(deliveries)).toBeLessThan(300)
})
