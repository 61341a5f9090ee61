import { setTimeout as delay } from 'node:timers/promises'
import { sql } from 'kysely'
import { request } from 'undici'
import type { Context } from '../src/context.ts'
import { createPost } from '../src/domain/statuses/create-post.ts'
import type { Cluster } from './support/cluster.ts'
import { createFollowedAccount } from './support/followers.ts'
import type { BenchOptions } from './support/options.ts'
import type { Measurement } from './support/report.ts'
import { percentile } from './support/statistics.ts'
import { createWorld } from './support/world.ts'

export type PlanningSizes = { readonly recipients: number }

/** How long to ask a server that has nothing to do, for comparison. */
const quietMs = 3000

/**
 * How long it takes to plan one post for so many inboxes on as many hosts, from the moment when the post is stored,
 * and how fast the server answers others meanwhile. Nobody listens where the recipients are said to live.
 */
export async function measurePlanning(
  cluster: Cluster,
  { recipients }: PlanningSizes,
  options: BenchOptions,
): Promise<Measurement[]> {
  await using world = await createWorld(cluster, options.profile)
  const { ctx } = world
  const author = await createFollowedAccount(
    ctx,
    Array.from({ length: recipients }, (_, i) => inboxAt(i)),
  )
  const floor = await measureFloor(ctx)
  await using server = await world.serve()
  const base = `http://127.0.0.1:${server.port}`
  await askMeanwhile(base, () => delay(quietMs / 2))
  const quiet = await askMeanwhile(base, () => delay(quietMs))
  const before = await readLedgerBytes(ctx)
  let seconds = 0
  const latencies = await askMeanwhile(base, async () => {
    await createPost(ctx, author, { text: 'Hello, everybody!', visibility: 'public' })
    const startedAt = performance.now()
    await untilPlanned(ctx, recipients)
    seconds = (performance.now() - startedAt) / 1000
  })
  const bytes = ((await readLedgerBytes(ctx)) - before) / recipients
  const p99 = { unit: 'ms', floor: percentile(quiet, 0.99) }
  return [
    { figure: 'planned', value: seconds, unit: 's', floor },
    { figure: 'api answers while planning, p99', value: percentile(latencies, 0.99), ...p99 },
    { figure: 'ledger per recipient', value: bytes, unit: 'bytes' },
  ]
}

/** Loopback addresses, each a host of its own, at a port where nobody is. */
function inboxAt(index: number): string {
  const octets = [1 + (index >> 16), (index >> 8) & 255, index & 255]
  return `http://127.${octets.join('.')}:9/inbox`
}

/** A row of two numbers for each recipient, written by one statement: nobody can plan with less. @returns seconds */
async function measureFloor({ db }: Context): Promise<number> {
  await sql`create table floor_deliveries (activity_id bigint, inbox_id integer, primary key (activity_id, inbox_id))`.execute(
    db,
  )
  const startedAt = performance.now()
  await sql`insert into floor_deliveries select 1, inbox_id from follows`.execute(db)
  const seconds = (performance.now() - startedAt) / 1000
  await sql`drop table floor_deliveries`.execute(db)
  return seconds
}

async function untilPlanned({ db }: Context, recipients: number): Promise<void> {
  let planned: unknown
  while (planned === undefined) {
    await delay(20)
    planned = await db.selectFrom('outgoingActivities').select('id').executeTakeFirst()
  }
  const query = db.selectFrom('deliveries').select((eb) => eb.fn.countAll<string>().as('n'))
  const { n } = await query.executeTakeFirstOrThrow()
  if (Number(n) !== recipients) throw new Error(`${n} of ${recipients} were planned`)
}

async function readLedgerBytes({ db }: Context): Promise<number> {
  const result = await sql<{ bytes: string }>`
    select pg_total_relation_size('deliveries') + pg_total_relation_size('delivery_lanes') as bytes`.execute(
    db,
  )
  return Number(result.rows[0]?.bytes)
}

const askers = 2
const pauseMs = 20

/** Asks for a health check and for an actor, in turn and by a few at a time. @returns milliseconds of each answer */
async function askMeanwhile(base: string, work: () => Promise<unknown>): Promise<number[]> {
  const paths = ['/health/ready', '/users/author']
  const latencies: number[] = []
  let working = true
  const ask = async (): Promise<void> => {
    for (let turn = 0; working; turn++) {
      latencies.push(await timeAnswer(base + paths[turn % paths.length]))
      await delay(pauseMs)
    }
  }
  const asking = Array.from({ length: askers }, ask)
  await work().finally(() => (working = false))
  await Promise.all(asking)
  return latencies
}

async function timeAnswer(url: string): Promise<number> {
  const startedAt = performance.now()
  const { statusCode, body } = await request(url, { headers: { accept: 'application/activity+json' } })
  await body.dump()
  if (statusCode !== 200) throw new Error(`${url} answered ${statusCode}`)
  return performance.now() - startedAt
}
