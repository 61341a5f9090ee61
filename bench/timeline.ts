import { sql } from 'kysely'
import type { Db } from '../src/context.ts'
import { findActor, type Actor } from '../src/store/actors.ts'
import { listActorStatuses, listStatuses, type Status } from '../src/store/statuses.ts'
import { listHomeStatuses, listListStatuses } from '../src/store/home-timeline.ts'
import { listPublicStatuses, listTaggedStatuses } from '../src/store/timelines.ts'
import { createMember } from '../test/support/people.ts'
import { openCluster } from './support/cluster.ts'
import type { BenchOptions } from './support/options.ts'
import { summarise, type Measurement } from './support/report.ts'
import { percentile } from './support/statistics.ts'
import { createWorld } from './support/world.ts'

export type TimelineSizes = {
  readonly people: number
  readonly statuses: number
  /** How many the busiest reader follows. */
  readonly follows: number
  readonly reads: number
}

export const timelineSizes: TimelineSizes = {
  people: 100_000,
  statuses: 1_000_000,
  follows: 10_000,
  reads: 200,
}

const limit = 20
/** Rows that one statement inserts: a statement has a time limit. */
const batch = 20_000

/** How long a page of each timeline takes, beside the same rows by their primary key. */
export async function benchTimeline(sizes: TimelineSizes, options: BenchOptions): Promise<void> {
  await using cluster = await openCluster()
  await using world = await createWorld(cluster)
  const { ctx } = world
  const readers = {
    quiet: await createMember(ctx, 'quiet'),
    busy: await createMember(ctx, 'busy'),
    asleep: await createMember(ctx, 'asleep'),
  }
  await seed(ctx.db, sizes, readers)
  const rounds: Measurement[][] = []
  for (let round = 0; round < options.rounds; round++)
    rounds.push(await measureRound(ctx.db, sizes.reads, readers))
  summarise('timeline', rounds).forEach(options.print)
}

type Readers = Readonly<Record<'quiet' | 'busy' | 'asleep', Actor>>

/**
 * People of ids from 1 on; the later one's id, the more they say, and the last tenth says nothing that is recent.
 * `quiet` follows three who said little and long ago, `busy` follows many evenly, `asleep` as many who say nothing.
 */
async function seed(db: Db, { people, statuses, follows }: TimelineSizes, readers: Readers): Promise<void> {
  const silent = Math.floor(people / 10)
  await sql`insert into remote_actors (id, is_local, type, username, domain, uri)
    select n, false, 'Person', 'p' || n, 'far' || n % 1000 || '.example', 'https://far.example/' || n
    from generate_series(1, ${people}::int) n`.execute(db)
  for (let from = 1; from <= statuses; from += batch)
    await sql`insert into remote_statuses (id, is_local, actor_id, visibility, content, uri, created_at, tags)
    select n * 1000, false,
      case when n <= ${silent}::int then n else ${silent}::int + 1 + (random() * ${people - silent - 1}::int)::int end,
      'public', repeat('word ', 30), 'https://far.example/s/' || n, now(),
      case when n % 10 = 0 then array['often'] when n % 50000 = 1 then array['seldom'] else '{}'::text[] end
    from generate_series(${from}::int, ${Math.min(from + batch - 1, statuses)}::int) n`.execute(db)
  await follow(db, readers.quiet, sql`generate_series(1, 3)`)
  await follow(
    db,
    readers.busy,
    sql`generate_series(${silent + 1}::int, ${people}::int, ${Math.floor((people - silent) / follows)}::int)`,
  )
  await follow(db, readers.asleep, sql`generate_series(1, ${Math.min(follows, silent)}::int)`)
  await sql`insert into lists (id, account_id, title) values (1, ${readers.busy.id}::bigint, 'list')`.execute(
    db,
  )
  await sql`insert into list_members (list_id, target_id)
    select 1, n from generate_series(${silent + 1}::int, ${silent + 500}::int) n`.execute(db)
  for (const table of ['remote_actors', 'remote_statuses', 'statuses', 'follows', 'list_members'])
    await sql`analyze ${sql.table(table)}`.execute(db)
}

async function follow(db: Db, { id }: Actor, targets: ReturnType<typeof sql>): Promise<void> {
  await sql`insert into follows (id, follower_id, target_id, target_uri, state, accepted_at)
    select ${id}::bigint + n, ${id}::bigint, n, 'https://far.example/' || n, 'accepted', now()
    from ${targets} n`.execute(db)
}

async function measureRound(db: Db, reads: number, { quiet, busy, asleep }: Readers): Promise<Measurement[]> {
  const page = { limit }
  const tag = (name: string) => ({ any: [name], all: [], none: [] })
  const list = await db.selectFrom('lists').selectAll().executeTakeFirstOrThrow()
  const author = (await findActor(db, '50000')) ?? busy
  const timelines: Readonly<Record<string, () => Promise<Status[]>>> = {
    'home, 3 quiet follows': () => listHomeStatuses(db, quiet.id, page),
    'home, 10,000 follows': () => listHomeStatuses(db, busy.id, page),
    'home, 10,000 silent follows': () => listHomeStatuses(db, asleep.id, page),
    public: () => listPublicStatuses(db, busy.id, page),
    'public, of nobody': () => listPublicStatuses(db, undefined, page, { onlyMedia: true }),
    'tag, frequent': () => listTaggedStatuses(db, busy.id, page, tag('often')),
    'tag, rare': () => listTaggedStatuses(db, busy.id, page, tag('seldom')),
    'list of 500': () => listListStatuses(db, list, page),
    account: () => listActorStatuses(db, author.id, busy.id, page),
  }
  const figures: Measurement[] = []
  for (const [name, readPage] of Object.entries(timelines)) {
    const ids = (await readPage()).map(({ id }) => id)
    const floor = await time(reads, () => listStatuses(db, ids))
    const taken = await time(reads, readPage)
    for (const [part, at] of [
      ['median', 0.5],
      ['p99', 0.99],
    ] as const) {
      const [value, least] = [percentile(taken, at), percentile(floor, at)]
      figures.push({ figure: `${name}, ${part}`, value, unit: 'ms', ...(ids.length > 0 && { floor: least }) })
    }
  }
  return figures
}

async function time(times: number, work: () => Promise<unknown>): Promise<number[]> {
  const taken: number[] = []
  for (let at = 0; at < times; at++) {
    const startedAt = performance.now()
    await work()
    taken.push(performance.now() - startedAt)
  }
  return taken
}
