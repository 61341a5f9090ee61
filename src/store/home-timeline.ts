import { sql, type RawBuilder, type SqlBool } from 'kysely'
import type { Db } from '../context.ts'
import { unplanned } from '../db/prepared.ts'
import { wantedAnswers, wantedOf, wantedOnHome } from './home-predicates.ts'
import type { List } from './lists.ts'
import type { IdRange } from './ranges.ts'
import type { Status } from './statuses.ts'
import { direction, inside, readMerged, type Round } from './timeline-rounds.ts'
import { inGivenOrder } from './timelines.ts'

/** Up to so many people are asked one by one for their latest at once: that costs the same however quiet they are. */
const fewSources = 1000

type Sql = RawBuilder<unknown>

/** A page of a timeline, and how far was looked for it, where there may be more beyond. */
export type TimelinePage = { readonly statuses: Status[]; readonly end: string | null }

/**
 * What a viewer's home shows, newest first: their own statuses, those of everybody they follow but answers to strangers,
 * and what is public under a tag that they follow; each once. A few queries, whose cost does not grow with the tables.
 * @param withNamed also what is for the viewer by name, whoever said it: for who has no list of notifications beside it
 */
export async function listHomeStatuses(
  db: Db,
  viewerId: string,
  range: IdRange,
  { withNamed = false }: { readonly withNamed?: boolean } = {},
): Promise<Status[]> {
  return (await readHome(db, viewerId, range, { withNamed })).statuses
}

/** The same, and how far was looked: of many in a row nothing may be shown. */
export async function readHome(
  db: Db,
  viewerId: string,
  range: IdRange,
  { withNamed = false }: { readonly withNamed?: boolean } = {},
): Promise<TimelinePage> {
  const { follows, tags } = await measureHome(db, viewerId)
  const merge = {
    viewerId,
    sources: followed(viewerId),
    more: wantedOnHome(sql`${viewerId}::bigint`),
    others: [...(withNamed ? [namedIn(viewerId)] : []), ...(tags.length > 0 ? [taggedWith(tags)] : [])],
    ...(follows > fewSources && { isSaid: saidByFollowed(viewerId) }),
  }
  return load(db, await readMerged(db, merge, range))
}

/** What those on a list said, newest first; of answers, those that the list wants. */
export async function readList(db: Db, list: List, range: IdRange): Promise<TimelinePage> {
  const merge = {
    viewerId: list.accountId,
    sources: listed(list),
    more: wantedAnswers({
      id: sql`${list.id}::bigint`,
      accountId: sql`${list.accountId}::bigint`,
      repliesPolicy: sql.lit(list.repliesPolicy),
    }),
    others: [],
  }
  return load(db, await readMerged(db, merge, range))
}

async function load(db: Db, { ids, end }: Round): Promise<TimelinePage> {
  return { statuses: await inGivenOrder(db, ids), end }
}

async function measureHome(db: Db, viewerId: string): Promise<{ follows: number; tags: string[] }> {
  const { rows } = await sql<{ follows: number; tags: string[] }>`
    select
      (select count(*)::int from (
        select from follows f where f.follower_id = ${viewerId}::bigint limit ${fewSources + 1}::int) f) as follows,
      array(select tag from tag_follows where account_id = ${viewerId}::bigint) as tags`.execute(db)
  return rows[0]!
}

function followed(viewerId: string): Sql {
  const viewer = sql`${viewerId}::bigint`
  return sql`
    select f.target_id, f.target_uri is not null as is_remote, f.shows_boosts, f.languages from follows f
    where f.follower_id = ${unplanned(viewer)} and f.state = 'accepted'
      and f.target_id not in (${unwantedOnHome(viewer)})
    union all select ${viewer}, false, true, null`
}

function saidByFollowed(viewerId: string): RawBuilder<SqlBool> {
  const viewer = sql`${viewerId}::bigint`
  return sql`(statuses.actor_id = ${viewer}
    or (exists (
        select from follows f
        where f.follower_id = ${viewer} and f.target_id = statuses.actor_id and f.state = 'accepted'
          and ${wantedOf(viewerId)} offset 0)
      and statuses.actor_id not in (${unwantedOnHome(viewer)})))`
}

function unwantedOnHome(viewer: Sql): Sql {
  return sql`${unwanted(viewer)}
    union all select m.target_id from lists l join list_members m on m.list_id = l.id
      where l.account_id = ${viewer} and l.exclusive`
}

function listed({ id, accountId }: List): Sql {
  const viewer = sql`${accountId}::bigint`
  return sql`
    select m.target_id, a.id is null as is_remote, coalesce(f.shows_boosts, true) as shows_boosts, f.languages
    from list_members m
    left join accounts a on a.id = m.target_id
    left join follows f on f.follower_id = ${unplanned(viewer)} and f.target_id = m.target_id and f.state = 'accepted'
    where m.list_id = ${unplanned(sql`${id}::bigint`)} and m.target_id not in (${unwanted(viewer)})`
}

/** Nothing by these is shown: left out before they take the places of others. The page itself is asked once more. */
function unwanted(viewer: Sql): Sql {
  return sql`
    select b.target_id from blocks b where b.actor_id = ${viewer}
    union all select b.actor_id from blocks b where b.target_id = ${viewer}
    union all select u.target_id from mutes u
      where u.account_id = ${viewer} and (u.expires_at is null or u.expires_at > now())`
}

/**
 * All of them are found first, by the index of audiences: what is for one reader is little beside all statuses. That index,
 * and that of tags, leaves the empty ones out.
 */
function namedIn(viewerId: string) {
  return (range: IdRange, limit: number): Sql => sql`
    select statuses.id from (
      select id from statuses where audience <> '{}' and audience @> array[${viewerId}::bigint] offset 0
    ) statuses
    where ${inside(range)} order by statuses.id ${direction(range)} limit ${limit}::int`
}

function taggedWith(tags: readonly string[]) {
  return (range: IdRange, limit: number): Sql => sql`
    select statuses.id from statuses
    where statuses.visibility = 'public' and statuses.deleted_at is null
      and statuses.tags <> '{}' and statuses.tags && ${tags}::text[] and ${inside(range)}
    order by statuses.id ${direction(range)} limit ${limit}::int`
}
