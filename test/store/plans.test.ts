import type { CompiledQuery } from 'kysely'
import { CamelCasePlugin, Kysely, PostgresDialect, sql } from 'kysely'
import { Pool } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Context } from '../../src/context.ts'
import type { DB } from '../../src/db/schema.ts'
import { listAccountFacts } from '../../src/store/account-facts.ts'
import { listHomeStatuses } from '../../src/store/home-timeline.ts'
import type { IdRange } from '../../src/store/ranges.ts'
import { listTaggedStatuses } from '../../src/store/timelines.ts'
import { createTestContext, type TestContext } from '../support/context.ts'
import { createCrowd, crowdCalls, type CrowdReaders } from '../support/crowd-calls.ts'

/** Enough that no planner reads all of it by choice. */
const sizes = { people: 5000, statuses: 60_000, follows: 2000 }
/** What a page may read of one table: some pages full, and not a part of the table. */
const mostRows = 5000
const grown = ['statuses', 'remote_statuses', 'posts', 'remote_actors', 'likes', 'bookmarks', 'notifications']
/** Small enough here to be read whole, but not again and again. */
const small = ['follows', 'list_members']

type Node = {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly 'Actual Rows': number
  readonly 'Actual Loops': number
  readonly 'Rows Removed by Filter'?: number
  readonly Plans?: readonly Node[]
}

let world: TestContext
let readers: CrowdReaders
let ctx: Context
let pool: Pool
const asked: CompiledQuery[] = []

beforeAll(async () => {
  world = await createTestContext()
  readers = await createCrowd(world.ctx, sizes)
  pool = new Pool({ connectionString: world.ctx.config.databaseUrl, max: 2 })
  const db = new Kysely<DB>({
    dialect: new PostgresDialect({ pool }),
    plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
    log: ({ query }) => void asked.push(query),
  })
  ctx = { ...world.ctx, db }
}, 120_000)
afterAll(async () => {
  await pool?.end()
  await world?.close()
})

/** The queries of a call, and the nodes of their plans as they are carried out. */
async function watch(read: () => Promise<unknown>): Promise<{ queries: number; nodes: Node[] }> {
  asked.length = 0
  await read()
  const reading = asked.filter(({ sql: text }) => /^\s*(select|with)\b/i.test(text))
  const plans = await Promise.all(
    reading.map(({ sql: text, parameters }) =>
      pool.query<{ 'QUERY PLAN': [{ Plan: Node }] }>(`explain (analyze, format json) ${text}`, [
        ...parameters,
      ]),
    ),
  )
  return {
    queries: reading.length,
    nodes: plans.flatMap(({ rows }) => nodesOf(rows[0]!['QUERY PLAN'][0].Plan)),
  }
}

function nodesOf(node: Node): Node[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)]
}

/** Parts of tables that were read in another way than a page should be. */
function misreadings(nodes: readonly Node[]): string[] {
  return nodes
    .filter((node) => [...grown, ...small].includes(node['Relation Name'] ?? '') && node['Actual Loops'] > 0)
    .flatMap((node) => {
      const table = node['Relation Name'] ?? ''
      const rows = (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops']
      const isMisread = (node['Node Type'] === 'Seq Scan' && grown.includes(table)) || rows >= mostRows
      return isMisread ? `${node['Node Type']} of ${rows} ${table}` : []
    })
}

test('What an app shows is read by an index, and little else', { timeout: 60_000 }, async () => {
  const misread: Record<string, string[]> = {}
  for (const [name, read] of Object.entries(crowdCalls(ctx, sizes, readers))) {
    const { nodes, queries } = await watch(read)
    expect(queries, name).toBeGreaterThan(0)
    const found = misreadings(nodes)
    if (found.length > 0) misread[name] = found
  }
  expect(misread).toEqual({})
})

test('Every page of a home to the end of its history is what follows the one before it, in both directions', async () => {
  const viewerId = readers.some.id
  const all = await listHomeStatuses(world.ctx.db, viewerId, { limit: 2000 })
  const down: string[] = []
  for (let maxId: string | undefined; down.length < 400; maxId = down.at(-1)) {
    const found = await listHomeStatuses(world.ctx.db, viewerId, { limit: 40, maxId })
    down.push(...found.map(({ id }) => id))
  }
  expect(down).toEqual(all.slice(0, 400).map(({ id }) => id))
  const up = await listHomeStatuses(world.ctx.db, viewerId, { limit: 40, minId: down[399] })
  expect(up.map(({ id }) => id)).toEqual(down.slice(359, 399))
})

test.each(['often', 'seldom'])(
  'Every page of a tag that is %s used follows the one before it, in both directions',
  async (tag) => {
    const { db } = world.ctx
    const tagged = (range: IdRange) =>
      listTaggedStatuses(db, readers.some.id, range, { any: [tag], all: [], none: [] })
    const { rows } = await sql<{ id: string }>`select id from statuses
    where tags @> array[${tag}] and visibility = 'public' order by id desc limit 400`.execute(db)
    const all = rows.map(({ id }) => id)
    const down: string[] = []
    for (let page = await tagged({ limit: 40 }); page.length > 0 && down.length < 400;) {
      down.push(...page.map(({ id }) => id))
      page = await tagged({ limit: 40, maxId: down.at(-1) })
    }
    expect(down).toEqual(all)
    const up = await tagged({ limit: 40, minId: all.at(-1) })
    expect(up.map(({ id }) => id)).toEqual(all.slice(-41, -1))
    const between = await tagged({ limit: 40, maxId: all[0], sinceId: all.at(-1) })
    expect(between.map(({ id }) => id)).toEqual(all.slice(1, -1).slice(0, 40))
  },
)

test('Pages of a home of any size are asked for in few texts, which are all that a connection has to prepare', async () => {
  asked.length = 0
  for (let limit = 1; limit <= 40; limit++) {
    const page = await listHomeStatuses(ctx.db, readers.some.id, { limit })
    expect(page).toHaveLength(limit)
  }
  const texts = new Set(asked.map(({ sql: text }) => text).filter((text) => text.includes('/* prepared */')))
  // What is on a page, once for each size that it is rounded up to; and the statuses themselves.
  expect(texts.size).toBe(3)
})

test('A home goes on where most of what was said is by those who are not to be seen', async () => {
  const { id: viewerId } = readers.asleep
  const before = await listHomeStatuses(world.ctx.db, viewerId, { limit: 200 })
  const dropped = new Set(before.slice(0, 150).map(({ actorId }) => actorId))
  await world.ctx.db
    .updateTable('actors')
    .set({ suspendedAt: new Date() })
    .where('id', 'in', [...dropped])
    .where('isLocal', '=', false)
    .execute()
  const after = await listHomeStatuses(world.ctx.db, viewerId, { limit: 20 })
  const kept = before.filter(({ actorId, isLocal }) => isLocal || !dropped.has(actorId))
  expect(after.map(({ id }) => id)).toEqual(kept.slice(0, 20).map(({ id }) => id))
})

test('What somebody said beyond what is counted at once is counted now and then', async () => {
  const { db } = world.ctx
  const { id } = readers.quiet
  const count = async () => (await listAccountFacts(db, [id])).get(id)?.statuses
  expect(await count()).toBe(1500)
  const [gone] = await db.selectFrom('posts').select('id').where('actorId', '=', id).limit(1).execute()
  await db.deleteFrom('posts').where('id', '=', gone!.id).execute()
  expect(await count()).toBe(1500)
  await db
    .updateTable('largeCounts')
    .set({ countedAt: new Date(Date.now() - 11 * 60_000) })
    .execute()
  expect(await count()).toBe(1499)
})
