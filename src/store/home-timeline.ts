import { expressionBuilder, sql, type RawBuilder, type SqlBool } from 'kysely'
import type { Db } from '../context.ts'
import type { DB } from '../db/schema.ts'
import type { List } from './lists.ts'
import { inOrder, type IdRange } from './ranges.ts'
import type { Status } from './statuses.ts'
import { inGivenOrder } from './timelines.ts'
import { notHiddenFrom, viewerSql, visibleTo, wantsToHear, type Viewer } from './visibility.ts'

/** Up to so many people are asked one by one for their latest: that costs the same however quiet they are. */
const fewSources = 100
/** Who follows more finds a page among so many of the latest statuses, or else everybody is asked. */
const latest = 3000
/** Of what people said last, so much more is looked at than is shown: some of it may be hidden. */
const spare = 20

/** People whose statuses are read: rows (target_id, shows_boosts, languages). */
type Sources = RawBuilder<unknown>

/**
 * What a viewer's home shows, newest first: their own statuses, those of everybody they follow, those for them, and what
 * is public under a tag that they follow; each once. At most four queries, whose cost does not grow with the tables.
 */
export async function listHomeStatuses(db: Db, viewerId: string, range: IdRange): Promise<Status[]> {
  const { follows, tags } = await measureHome(db, viewerId)
  const near = follows > fewSources ? await listLatest(db, viewerId, tags, range) : []
  if (near.length >= range.limit) return inGivenOrder(db, inOrder(near, range))
  const others = [namedIn(viewerId, range), ...(tags.length > 0 ? [taggedWith(tags, range)] : [])]
  return readMerged(db, viewerId, range, [saidBy(followed(viewerId), viewerId, range), ...others])
}

/** What those on a list said, newest first; of answers, those that the list wants. */
export async function listListStatuses(db: Db, list: List, range: IdRange): Promise<Status[]> {
  const { accountId: viewerId } = list
  return readMerged(db, viewerId, range, [saidBy(listed(list), viewerId, range, wantedAnswers(sqlOf(list)))])
}

async function measureHome(db: Db, viewerId: string): Promise<{ follows: number; tags: string[] }> {
  const { rows } = await sql<{ follows: number; tags: string[] }>`
    select
      (select count(*)::int from (
        select from follows f where f.follower_id = ${viewerId}::bigint limit ${fewSources + 1}::int) f) as follows,
      array(select tag from tag_follows where account_id = ${viewerId}::bigint) as tags`.execute(db)
  return rows[0]!
}

function followed(viewerId: string): Sources {
  const viewer = sql`${viewerId}::bigint`
  return sql`
    select f.target_id, f.shows_boosts, f.languages from follows f
    where f.follower_id = ${viewer} and f.state = 'accepted'
      and ${wantsToHear(viewer, sql.ref('f.targetId'))} and not ${onExclusiveList(viewer, sql.ref('f.targetId'))}
    union all select ${viewer}, true, null`
}

function listed({ id, accountId }: List): Sources {
  return sql`
    select m.target_id, coalesce(f.shows_boosts, true) as shows_boosts, f.languages from list_members m
    left join follows f
      on f.follower_id = ${accountId}::bigint and f.target_id = m.target_id and f.state = 'accepted'
    where m.list_id = ${id}::bigint`
}

/** https://docs.joinmastodon.org/entities/List/#replies_policy. An answer to oneself is wanted always. */
export function wantedAnswers({ id, accountId, repliesPolicy }: ListSql): RawBuilder<SqlBool> {
  return sql`((statuses.in_reply_to_id is null and statuses.in_reply_to_uri is null) or exists (
    select from statuses parent
    where parent.id = statuses.in_reply_to_id
      and (parent.actor_id in (statuses.actor_id, ${accountId})
        or (${repliesPolicy} = 'list' and exists (
          select from list_members m where m.list_id = ${id} and m.target_id = parent.actor_id))
        or (${repliesPolicy} = 'followed' and exists (
          select from follows g
          where g.follower_id = ${accountId} and g.target_id = parent.actor_id and g.state = 'accepted'))) offset 0))`
}

/** A list, or the columns of lists. */
type ListSql = Readonly<Record<'id' | 'accountId' | 'repliesPolicy', RawBuilder<unknown>>>

function sqlOf({ id, accountId, repliesPolicy }: List): ListSql {
  return {
    id: sql`${id}::bigint`,
    accountId: sql`${accountId}::bigint`,
    repliesPolicy: sql`${repliesPolicy}::text`,
  }
}

function onExclusiveList(viewer: RawBuilder<unknown>, actorId: RawBuilder<unknown>): RawBuilder<SqlBool> {
  return sql`exists (
    select from list_members m join lists l on l.id = m.list_id
    where m.target_id = ${actorId} and l.account_id = ${viewer} and l.exclusive offset 0)`
}

/** Of a source `f`: what its row says of boosts and languages, and nothing direct that is for others. */
export function wantedOf(viewerId: Viewer): RawBuilder<SqlBool> {
  const viewer = viewerSql(viewerId)
  return sql`(f.shows_boosts or (statuses.boost_of_id is null and statuses.boost_of_uri is null))
    and (f.languages is null or statuses.language is null or statuses.language = any(f.languages))
    and (statuses.visibility <> 'direct' or statuses.actor_id = ${viewer}
      or statuses.audience @> array[${viewer}])`
}

/** The latest of every source by the index of authors, and of those the latest. */
function saidBy(
  sources: Sources,
  viewerId: string,
  range: IdRange,
  more: RawBuilder<SqlBool> = sql`true`,
): RawBuilder<unknown> {
  return sql`(
    select said.id from (${sources}) f
    cross join lateral (
      select statuses.id from statuses
      where statuses.actor_id = f.target_id and statuses.deleted_at is null
        and ${wantedOf(viewerId)} and ${more} and ${inside(range)}
      ${ordered(range, range.limit + spare)}
    ) said
    order by said.id ${direction(range)} limit ${range.limit + 2 * spare}::int)`
}

/** All of them are found first, by the index of audiences: what is for one reader is little beside all statuses. */
function namedIn(viewerId: string, range: IdRange): RawBuilder<unknown> {
  return sql`(
    select statuses.id from (
      select id from statuses where audience @> array[${viewerId}::bigint] offset 0
    ) statuses
    where ${inside(range)} ${ordered(range, range.limit)})`
}

function taggedWith(tags: readonly string[], range: IdRange): RawBuilder<unknown> {
  return sql`(
    select statuses.id from statuses
    where statuses.visibility = 'public' and statuses.deleted_at is null
      and statuses.tags && ${tags}::text[] and ${inside(range)}
    ${ordered(range, range.limit)})`
}

/** What is there twice is shown once; only of these it is asked whether the viewer may and wants to see them. */
async function readMerged(
  db: Db,
  viewerId: string,
  range: IdRange,
  branches: readonly RawBuilder<unknown>[],
): Promise<Status[]> {
  const { rows } = await sql<{ id: string }>`
    with candidates as materialized (${sql.join(branches, sql` union `)})
    select statuses.id from statuses
    where statuses.id = any(array(select id from candidates)) and ${shownTo(viewerId)}
    ${ordered(range, range.limit)}`.execute(db)
  return inGivenOrder(db, idsOf(rows, range))
}

/** What belongs on a home among the latest statuses of all: for those who follow many. @returns ids as they are read */
async function listLatest(
  db: Db,
  viewerId: string,
  tags: readonly string[],
  range: IdRange,
): Promise<string[]> {
  const viewer = sql`${viewerId}::bigint`
  const { rows } = await sql<{ id: string }>`
    select statuses.id from (
      select id, actor_id, visibility, audience, tags, language, boost_of_id, boost_of_uri, deleted_at
      from statuses where ${inside(range)} ${ordered(range, latest)}
    ) statuses
    where ${belongsOnHome(viewer, sql`statuses.tags && ${tags}::text[]`)}
    ${ordered(range, range.limit)}`.execute(db)
  return rows.map(({ id }) => id)
}

/** Whether a status is for somebody's home. @param isTagged whether they follow a tag of it */
export function belongsOnHome(
  viewer: RawBuilder<unknown>,
  isTagged: RawBuilder<unknown>,
): RawBuilder<SqlBool> {
  return sql`(statuses.actor_id = ${viewer}
      or statuses.audience @> array[${viewer}]
      or (statuses.visibility = 'public' and ${isTagged})
      or (exists (
          select from follows f
          where f.follower_id = ${viewer} and f.target_id = statuses.actor_id and f.state = 'accepted'
            and ${wantedOf(viewer)} offset 0)
        and not ${onExclusiveList(viewer, sql.ref('statuses.actorId'))}))
    and ${shownTo(viewer)}`
}

/** What somebody may see and wants to see in lists. */
export function shownTo(viewerId: Viewer): RawBuilder<SqlBool> {
  const eb = expressionBuilder<DB, 'statuses'>()
  return sql`${visibleTo(viewerId)(eb)} and ${notHiddenFrom(viewerId)(eb)}`
}

function inside({ maxId, sinceId, minId }: IdRange): RawBuilder<SqlBool> {
  const bounds = [
    ...(maxId === undefined ? [] : [sql<SqlBool>`statuses.id < ${maxId}::bigint`]),
    ...[sinceId, minId].flatMap((id) =>
      id === undefined ? [] : [sql<SqlBool>`statuses.id > ${id}::bigint`],
    ),
  ]
  return bounds.length === 0 ? sql`true` : sql`${sql.join(bounds, sql` and `)}`
}

function ordered(range: IdRange, limit: number): RawBuilder<unknown> {
  return sql`order by statuses.id ${direction(range)} limit ${limit}::int`
}

function direction({ minId }: IdRange): RawBuilder<unknown> {
  return minId === undefined ? sql`desc` : sql`asc`
}

function idsOf(rows: readonly { id: string }[], range: IdRange): string[] {
  return inOrder(rows, range).map(({ id }) => id)
}
