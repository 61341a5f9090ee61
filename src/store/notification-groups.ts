import { sql, type RawBuilder, type SqlBool } from 'kysely'
import type { Db } from '../context.ts'
import { prepared } from '../db/prepared.ts'
import { isStillToldTo } from './notification-wishes.ts'
import {
  afterAll,
  endsOf,
  isOfGroup,
  isWanted,
  lastReadId,
  type Notification,
  type NotificationFilter,
} from './notifications.ts'
import type { IdRange } from './ranges.ts'

/** What is told together. What is told by itself is a group of one. */
export type NotificationGroup = {
  /** One of it, that a page found it by. */
  readonly head: Notification
  /** Null for one that is told by itself. */
  readonly key: string | null
  /** How many there are up to the newest that the page is about, those on later pages included. */
  readonly count: number
  readonly newestId: string
  readonly newestAt: Date
  /** The oldest of it on the page. */
  readonly oldestId: string
  /** Whoever did it last, newest first. */
  readonly fromIds: readonly string[]
}

export type GroupFilter = NotificationFilter & {
  /** Which types are told together; empty for all that can be. */
  readonly groupedTypes: readonly string[]
}

/** How many of those in a group are named. */
const sampleSize = 8
const everything: GroupFilter = { types: [], excludeTypes: [], groupedTypes: [] }

type Sql = RawBuilder<unknown>
/** A part of the list, by ids as SQL; upwards it is read oldest first. */
type Part = {
  readonly above: Sql
  readonly below: Sql
  readonly isUpwards: boolean
  readonly limit: number
}
/** Rows `heads` (id, key, ...), one of each group, and from where to where they were looked for. */
type Page = { readonly heads: Sql; readonly lower: Sql; readonly upper: Sql }

/**
 * So many groups of a range, by the newest of each there (with `minId` by the oldest), newest first, with one query. What
 * is older than the page comes again on a later page, as a part of the same group: so it is in Mastodon as well.
 */
export async function listNotificationGroups(
  db: Db,
  accountId: string,
  range: IdRange,
  filter: GroupFilter,
): Promise<NotificationGroup[]> {
  const part = { ...endsOf(range), isUpwards: range.minId !== undefined, limit: range.limit }
  const page = { heads: headsOf(accountId, part, filter), ...bounds(part) }
  return (await readGroups(db, accountId, filter, page)).toReversed()
}

/** All that is told under a key. */
export async function findNotificationGroup(
  db: Db,
  accountId: string,
  key: string,
): Promise<NotificationGroup | undefined> {
  const isByItself = key.startsWith('ungrouped-')
  const heads = sql`heads as (
    select notifications.id, ${isByItself ? sql`null::text` : sql`group_key`} as key from notifications
    where ${toldTo(accountId, everything)} and ${isOfGroup(key)} order by notifications.id desc limit 1)`
  const page = { heads, lower: sql`0::bigint`, upper: sql`max(id)` }
  return (await readGroups(db, accountId, everything, page))[0]
}

/** How many groups came after what was read last, at most `limit`. */
export async function countUnreadGroups(
  db: Db,
  accountId: string,
  filter: GroupFilter,
  limit: number,
): Promise<number> {
  const unread = { above: lastReadId(accountId), below: afterAll, isUpwards: true, limit }
  const { rows } = await sql<{ count: number }>`
    with ${prepared} recursive ${headsOf(accountId, unread, filter)}
    select count(*)::int as count from heads`.execute(db)
  return rows[0]!.count
}

/** @returns oldest first */
async function readGroups(
  db: Db,
  accountId: string,
  filter: GroupFilter,
  { heads, lower, upper }: Page,
): Promise<NotificationGroup[]> {
  const members = sql`from notifications where notifications.account_id = ${accountId}::bigint
    and notifications.group_key = h.key and notifications.group_key <> 'ungrouped' and notifications.id <= page.upper`
  const { rows } = await sql<Notification & Omit<NotificationGroup, 'head'>>`
    with ${prepared} recursive ${heads},
    page as (select ${lower} as lower, ${upper} as upper from heads)
    select n.*, h.key, coalesce(g.count, 1) as count, coalesce(g.newest_id, n.id) as newest_id,
      coalesce(g.newest_at, n.created_at) as newest_at, coalesce(g.oldest_id, n.id) as oldest_id,
      case when h.key is null then array[n.from_id] else array(
        select notifications.from_id ${members} and ${isWanted(filter)}
        order by notifications.id desc limit ${sampleSize}::int) end as from_ids
    from heads h cross join page cross join lateral (
      select n.id, n.account_id, n.type, n.from_id, n.status_id, n.report_id, n.severance_id, n.group_key, n.filtered,
        n.created_at from notifications n where n.id = h.id offset 0
    ) n left join lateral (
      select count(*)::int as count, max(notifications.id) as newest_id, max(notifications.created_at) as newest_at,
        min(notifications.id) filter (where notifications.id >= page.lower) as oldest_id
      ${members} and ${isWanted(filter, isStillToldTo(accountId))}
    ) g on h.key is not null
    order by h.id`.execute(db)
  return rows.map(({ key, count, newestId, newestAt, oldestId, fromIds, ...head }) => {
    return { head, key, count, newestId, newestAt, oldestId, fromIds }
  })
}

/** One notification of each group is found after the other, so that a large group is one step. */
function headsOf(accountId: string, part: Part, filter: GroupFilter): Sql {
  const { groupedTypes } = filter
  const isGrouped =
    groupedTypes.length === 0 ? sql`true` : sql`notifications.type = any(${groupedTypes}::text[])`
  const key = sql`(case when notifications.group_key <> 'ungrouped' and ${isGrouped} then notifications.group_key end)`
  const next = (after: Sql) => sql`
    select notifications.id, ${key} as key from notifications
    where ${toldTo(accountId, filter)} and ${after}
      and notifications.id > ${part.above} and notifications.id < ${part.below}
    order by notifications.id ${part.isUpwards ? sql`asc` : sql`desc`} limit 1`
  const beyond = part.isUpwards ? sql`notifications.id > h.id` : sql`notifications.id < h.id`
  return sql`heads (id, key, keys, n) as (
    (select f.id, f.key, array_remove(array[f.key], null), 1 from (${next(sql`true`)}) f)
    union all
    select f.id, f.key, case when f.key is null then h.keys else h.keys || f.key end, h.n + 1
    from heads h cross join lateral (${next(sql`${beyond} and (${key} is null or ${key} <> all(h.keys))`)}) f
    where h.n < ${part.limit}::int)`
}

function toldTo(accountId: string, filter: NotificationFilter): RawBuilder<SqlBool> {
  return sql`notifications.account_id = ${accountId}::bigint and ${isWanted(filter)}`
}

/** Of a page that is not full, up to the end of the range. */
function bounds({ above, below, isUpwards, limit }: Part): { lower: Sql; upper: Sql } {
  const end = (reached: Sql, farthest: Sql) =>
    sql`case when count(*) < ${limit}::int then ${farthest} else ${reached} end`
  return isUpwards
    ? { lower: sql`min(id)`, upper: end(sql`max(id)`, sql`${below} - 1`) }
    : { lower: end(sql`min(id)`, sql`${above} + 1`), upper: sql`max(id)` }
}
