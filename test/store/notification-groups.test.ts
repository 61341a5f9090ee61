import { CamelCasePlugin, Kysely, PostgresDialect, sql, type CompiledQuery } from 'kysely'
import { Pool } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Context, Db } from '../../src/context.ts'
import type { DB } from '../../src/db/schema.ts'
import { countUnreadGroups, listNotificationGroups } from '../../src/store/notification-groups.ts'
import { isStillTold, isStillToldTo } from '../../src/store/notification-wishes.ts'
import { countUnread, listNotifications } from '../../src/store/notifications.ts'
import { createTestContext, type TestContext } from '../support/context.ts'
import { createMember } from '../support/people.ts'

const everything = { types: [], excludeTypes: [], groupedTypes: [] }
/** How many there are in each group, of which there are forty. */
const large = 500

let world: TestContext
let ctx: Context
let alice: string
let pool: Pool
let db: Db
const asked: CompiledQuery[] = []

type Node = {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly 'Index Name'?: string
  readonly 'Actual Rows': number
  readonly 'Actual Loops': number
  readonly 'Rows Removed by Filter'?: number
  readonly Plans?: readonly Node[]
}

/** Of two hundred members one was told much: singly, in large groups, and singly again. */
beforeAll(async () => {
  world = await createTestContext()
  ctx = world.ctx
  alice = (await createMember(ctx, 'alice')).id
  await sql`insert into remote_actors (id, is_local, type, username, domain, uri)
    select n, false, 'Person', 'p' || n, 'far' || n % 100 || '.example', 'https://far.example/' || n
    from generate_series(1, 5000) n`.execute(ctx.db)
  await sql`insert into accounts (id, is_local, type, username)
    select n, true, 'Person', 'm' || n from generate_series(10001, 10200) n`.execute(ctx.db)
  await sql`insert into notifications (account_id, type, from_id, group_key)
    select a, 'follow', n, 'ungrouped' from generate_series(1, 300) n, generate_series(10001, 10200) a`.execute(
    ctx.db,
  )
  await tell('mention', 5000, null)
  for (let group = 1; group <= 40; group++) await tell('favourite', large, group)
  await tell('status', 10, null)
  await sql`vacuum analyze notifications`.execute(ctx.db)
  pool = new Pool({ connectionString: ctx.config.databaseUrl, max: 2 })
  db = new Kysely<DB>({
    dialect: new PostgresDialect({ pool }),
    plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
    log: ({ query }) => void asked.push(query),
  })
}, 120_000)
afterAll(async () => {
  await pool?.end()
  await world?.close()
})

async function tell(type: string, many: number, statusId: number | null): Promise<void> {
  const key = statusId === null ? 'ungrouped' : `${type}-${statusId}-12`
  await sql`insert into notifications (account_id, type, from_id, status_id, group_key)
    select ${alice}::bigint, ${type}, n, ${statusId}::bigint, ${key} from generate_series(1, ${many}::int) n
    order by n`.execute(ctx.db)
}

/** How notifications are read by what is asked: the ways, and how many rows they look at. */
async function watch(read: () => Promise<unknown>) {
  asked.length = 0
  await read()
  const plans = await Promise.all(
    asked.map(({ sql: text, parameters }) =>
      pool.query<{ 'QUERY PLAN': [{ Plan: Node }] }>(`explain (analyze, format json) ${text}`, [
        ...parameters,
      ]),
    ),
  )
  const nodes = plans
    .flatMap(({ rows }) => nodesOf(rows[0]!['QUERY PLAN'][0].Plan))
    .filter((node) => node['Relation Name'] === 'notifications' && node['Actual Loops'] > 0)
  const looked = nodes.map(
    (node) => (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'],
  )
  return {
    queries: asked.length,
    ways: new Set(nodes.map((node) => node['Index Name'] ?? node['Node Type'])),
    rows: looked.reduce((sum, rows) => sum + rows, 0),
  }
}

function nodesOf(node: Node): Node[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)]
}

test('A page of groups is one query, that looks at what is in them and at nothing else', async () => {
  const { queries, ways, rows } = await watch(async () => {
    const groups = await listNotificationGroups(db, alice, { limit: 20 }, everything)
    expect(groups.map(({ count }) => count)).toEqual([
      ...Array<number>(10).fill(1),
      ...Array<number>(10).fill(large),
    ])
  })
  expect(queries).toBe(1)
  expect([...ways].toSorted()).toEqual([
    'notifications_group_key',
    'notifications_pkey',
    'notifications_shown',
  ])
  // Each group is passed over and counted.
  expect(rows).toBeLessThan(2.1 * 10 * large)
})

test('What a member is told is listed and counted by the index of what they are shown', async () => {
  for (const [most, read] of [
    [21, () => listNotifications(db, alice, { limit: 20 }, everything)],
    [21, () => listNotifications(db, alice, { limit: 20, minId: '60000' }, everything)],
    [101, () => countUnread(db, alice, everything, 100)],
    [41, () => countUnreadGroups(db, alice, everything, 40)],
  ] as const) {
    const { queries, ways, rows } = await watch(read)
    expect([queries, [...ways]]).toEqual([1, ['notifications_shown']])
    expect(rows).toBeLessThan(most)
  }
})

test('Both ways to ask whether a member is still told of something agree', async () => {
  const { rows: all } = await sql<{ count: number }>`
    select count(distinct from_id)::int as count from notifications where account_id = ${alice}::bigint`.execute(
    ctx.db,
  )
  await sql`insert into blocks (id, actor_id, target_id) values (1, ${alice}, 1), (2, 2, ${alice}), (3, 3, 4)`.execute(
    ctx.db,
  )
  await sql`insert into mutes (id, account_id, target_id, hides_notifications, expires_at) values
    (1, ${alice}, 5, true, null), (2, ${alice}, 6, false, null), (3, ${alice}, 7, true, now() - interval '1 hour'),
    (4, ${alice}, 8, true, now() + interval '1 hour'), (5, 10001, 9, true, null)`.execute(ctx.db)
  await sql`update remote_actors set suspended_at = now() where id = 10`.execute(ctx.db)
  const tell = async (isTold: typeof isStillTold) => {
    const { rows } = await sql<{ id: string }>`select distinct from_id as id from notifications
      where account_id = ${alice}::bigint and not (${isTold}) order by from_id`.execute(ctx.db)
    return rows.map(({ id }) => id)
  }
  const gone = ['1', '2', '5', '8', '10']
  expect(await tell(isStillTold)).toEqual(gone)
  expect(await tell(isStillToldTo(alice))).toEqual(gone)
  await sql`insert into account_domain_blocks (id, account_id, domain) values (1, ${alice}, 'far1.example')`.execute(
    ctx.db,
  )
  const beside = await tell(isStillTold)
  expect(beside.length).toBeGreaterThan(gone.length + all[0]!.count / 200)
  expect(await tell(isStillToldTo(alice))).toEqual(beside)
})
