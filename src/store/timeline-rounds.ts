import { sql, type RawBuilder, type SqlBool } from 'kysely'
import type { Db } from '../context.ts'
import { prepared } from '../db/prepared.ts'
import { shownTo, wantedOf } from './home-predicates.ts'
import { inOrder, type IdRange } from './ranges.ts'

/** So many more are looked at than are shown: some of them may be hidden from the viewer. */
const spare = 20
/** What is looked for is rounded up to one of these, so that pages of any size are asked for in few texts. */
const pageSizes = [20, 40] as const
/** How far a round goes that looks at what was said last by anybody. */
const latest = 2000
/** Each goes on where the one before ended, when most of what it found was hidden. */
const maxRounds = 4

type Sql = RawBuilder<unknown>

export type Merge = {
  readonly viewerId: string
  /** Whose statuses are read: rows (target_id, is_remote, shows_boosts, languages). */
  readonly sources: Sql
  /** What else is wanted of a status of theirs. */
  readonly more?: RawBuilder<SqlBool>
  /** What belongs there whoever said it, each asked for a range and a limit: rows (id). */
  readonly others: readonly ((range: IdRange, limit: number) => Sql)[]
  /** Of so many sources that it is worth a look whether they said what was said last: whether one said a status. */
  readonly isSaid?: RawBuilder<SqlBool>
}

/** What one round found, and the id behind which the next one goes on; null when there is nothing more. */
export type Round = { readonly ids: string[]; readonly end: string | null }

/**
 * What many sources said and the viewer is shown, newest first, each once, with a few queries.
 * @returns ids, and how far it was looked; null where that is to the end
 */
export async function readMerged(db: Db, merge: Merge, range: IdRange): Promise<Round> {
  const found: string[] = []
  let rest = range
  let reached: string | null = null
  for (let round = 0; round < maxRounds; round++) {
    const findSaid = merge.isSaid !== undefined && round === 0 ? saidLatest : saidBySources
    const { ids, end } = await readRound(db, merge, rest, findSaid)
    found.push(...ids)
    reached = end
    if (found.length >= range.limit || end === null) break
    rest = beyond(range, end)
  }
  return { ids: inOrder(found.slice(0, range.limit), range), end: reached }
}

/** Tells, in the CTEs `bound` (one row: up to which id all is known, or null) and `said`, what the sources said. */
type FindSaid = (merge: Merge, range: IdRange, size: number) => Sql

async function readRound(db: Db, merge: Merge, range: IdRange, findSaid: FindSaid): Promise<Round> {
  const most = pageSizes.find((each) => each >= range.limit) ?? range.limit
  const size = most + spare
  const others = merge.others.map((other) => sql`union (${other(range, size)})`)
  const { rows } = await sql<Round>`
    with ${prepared} ${findSaid(merge, range, size)},
    top as materialized (
      select c.id from (select id from said ${sql.join(others, sql` `)}) c
      where ${reached(sql`c.id`, range)} order by c.id ${direction(range)} limit ${sql.lit(size)})
    select
      array(select statuses.id from statuses
        where statuses.id = any(array(select id from top)) and ${shownTo(merge.viewerId)}
        order by statuses.id ${direction(range)} limit ${sql.lit(most)})::text[] as ids,
      case when (select count(*) from top) < ${size}::int then (select id from bound)
        else (select ${farthest(range)}(id) from top) end as end`.execute(db)
  return rows[0]!
}

/**
 * First it is asked, of the index alone, when each said the last thing in the range; then those who come first are
 * asked for all of it. Whoever is not among them said nothing that is newer than the last of these.
 */
function saidBySources({ viewerId, sources, more }: Merge, range: IdRange, size: number): Sql {
  const head = (table: string) => sql`
    select s.*, h.id as head from sources s cross join lateral (
      select statuses.id from ${sql.table(table)} statuses
      where statuses.actor_id = s.target_id and ${inside(range)}
      order by statuses.id ${direction(range)} limit 1) h`
  const from = (table: string) => sql`
    select said.id from heads f cross join lateral (
      select statuses.id from ${sql.table(table)} statuses
      where statuses.actor_id = f.target_id and statuses.deleted_at is null
        and ${wantedOf(viewerId)} and ${more ?? sql`true`} and ${inside(range)}
        and statuses.id ${isUpwards(range) ? sql`<=` : sql`>=`} (select edge from bound)
      order by statuses.id ${direction(range)} limit ${sql.lit(size)}) said`
  return sql`
    sources as materialized (${sources}),
    heads as materialized (
      ${head('remote_statuses')} union all ${head('posts')} where not s.is_remote
      order by head ${direction(range)} limit ${sql.lit(size + 1)}),
    bound as (
      select case when count(*) > ${size}::int then ${farthest(range)}(head) end as id,
        case when count(*) > ${size}::int then ${farthest(range)}(head)
          else ${isUpwards(range) ? sql`9223372036854775807` : sql`0`}::bigint end as edge from heads),
    said as (${from('remote_statuses')} union all ${from('posts')} where not f.is_remote)`
}

/** Of the latest of all, what the sources said. */
function saidLatest({ isSaid, more }: Merge, range: IdRange, size: number): Sql {
  const order = sql`order by statuses.id ${direction(range)} limit ${sql.lit(latest)}`
  return sql`
    bound as (
      select case when count(*) = ${latest}::int then ${farthest(range)}(id) end as id
      from (select statuses.id from statuses where ${inside(range)} ${order}) near),
    said as (
      select statuses.id from (
        select id, actor_id, visibility, audience, language, boost_of_id, boost_of_uri, deleted_at,
          in_reply_to_id, in_reply_to_uri
        from statuses where ${inside(range)} ${order}
      ) statuses
      where statuses.deleted_at is null and ${isSaid ?? sql`false`} and ${more ?? sql`true`}
      order by statuses.id ${direction(range)} limit ${sql.lit(size)})`
}

/** Up to where everything is known. */
function reached(id: Sql, range: IdRange): RawBuilder<SqlBool> {
  const side = isUpwards(range) ? sql`<=` : sql`>=`
  return sql`((select id from bound) is null or ${id} ${side} (select id from bound))`
}

function beyond(range: IdRange, end: string): IdRange {
  return isUpwards(range) ? { ...range, minId: end } : { ...range, maxId: end }
}

export function inside({ maxId, sinceId, minId }: IdRange): RawBuilder<SqlBool> {
  const bounds = [
    ...(maxId === undefined ? [] : [sql<SqlBool>`statuses.id < ${maxId}::bigint`]),
    ...[sinceId, minId].flatMap((id) =>
      id === undefined ? [] : [sql<SqlBool>`statuses.id > ${id}::bigint`],
    ),
  ]
  return bounds.length === 0 ? sql`true` : sql`${sql.join(bounds, sql` and `)}`
}

export function direction(range: IdRange): Sql {
  return isUpwards(range) ? sql`asc` : sql`desc`
}

function farthest(range: IdRange): Sql {
  return isUpwards(range) ? sql`max` : sql`min`
}

function isUpwards({ minId }: IdRange): boolean {
  return minId !== undefined
}
