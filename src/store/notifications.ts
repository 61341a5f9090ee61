import { sql, type RawBuilder, type Selectable, type SqlBool } from 'kysely'
import type { Db } from '../context.ts'
import { prepared } from '../db/prepared.ts'
import type { Notifications } from '../db/schema.ts'
import { isStillTold } from './notification-wishes.ts'
import { inOrder, within, type IdRange } from './ranges.ts'

/** `id` is a small number. */
export type Notification = Selectable<Notifications>

export type NotificationFilter = {
  readonly types: readonly string[]
  readonly excludeTypes: readonly string[]
  readonly fromId?: string | undefined
  /** Also what the member's policy sets aside. */
  readonly withFiltered?: boolean | undefined
}

const columns = [
  'id',
  'accountId',
  'type',
  'fromId',
  'statusId',
  'reportId',
  'severanceId',
  'groupKey',
  'filtered',
  'createdAt',
] as const satisfies readonly (keyof Notifications)[]

/** Newest first, of what a member is still told. */
export async function listNotifications(
  db: Db,
  accountId: string,
  range: IdRange,
  filter: NotificationFilter,
): Promise<Notification[]> {
  const { above, below } = endsOf(range)
  const rows = await told(db, accountId, filter)
    .select(columns)
    .modifyFront(prepared)
    .where('id', '>', above)
    .where('id', '<', below)
    .orderBy('id', range.minId === undefined ? 'desc' : 'asc')
    .limit(sql<number>`${range.limit}::int`)
    .execute()
  return inOrder(rows, range)
}

function told(db: Db, accountId: string, filter: NotificationFilter) {
  return db.selectFrom('notifications').where('accountId', '=', accountId).where(isWanted(filter))
}

/**
 * Which rows of `notifications` are asked for and still told: in the same words whatever is asked for.
 * @param isTold one of the two ways to ask that
 */
export function isWanted(
  { types, excludeTypes, fromId, withFiltered }: NotificationFilter,
  isTold: RawBuilder<SqlBool> = isStillTold,
) {
  return sql<SqlBool>`${withFiltered === true ? sql`true` : sql`not notifications.filtered`}
    and (${types}::text[] = '{}' or notifications.type = any(${types}::text[]))
    and notifications.type <> all(${excludeTypes}::text[])
    and ${fromId === undefined ? sql`true` : sql`notifications.from_id = ${fromId}::bigint`}
    and ${isTold}`
}

/** Between which ids a range lies, as SQL: the same words for every range. */
export function endsOf({ maxId, sinceId, minId }: IdRange): {
  above: RawBuilder<string>
  below: RawBuilder<string>
} {
  return {
    above: sql`greatest(${sinceId ?? '0'}::bigint, ${minId ?? '0'}::bigint)`,
    below: sql`coalesce(${maxId ?? null}::bigint, ${afterAll})`,
  }
}

/** Above every id. */
export const afterAll = sql<string>`9223372036854775807`

export async function findNotification(
  db: Db,
  accountId: string,
  id: string,
): Promise<Notification | undefined> {
  return told(db, accountId, { types: [], excludeTypes: [], withFiltered: true })
    .selectAll('notifications')
    .where('id', '=', id)
    .executeTakeFirst()
}

/** Those of these that are shown to their members without being asked for. */
export async function listShownNotifications(db: Db, ids: readonly string[]): Promise<Notification[]> {
  return db
    .selectFrom('notifications')
    .selectAll()
    .where(sql<boolean>`id = any(${ids}::bigint[])`)
    .where('filtered', '=', false)
    .where(isStillTold)
    .orderBy('id')
    .execute()
}

/** How many came after the one that was read last, at most `limit`. */
export async function countUnread(
  db: Db,
  accountId: string,
  filter: NotificationFilter,
  limit: number,
): Promise<number> {
  const unread = told(db, accountId, filter)
    .select('notifications.id')
    .where(sql<boolean>`notifications.id > ${lastReadId(accountId)}`)
    .orderBy('notifications.id', 'desc')
    .limit(limit)
  const { count } = await db
    .selectFrom(unread.as('unread'))
    .select(({ fn }) => fn.countAll<string>().as('count'))
    .executeTakeFirstOrThrow()
  return Number(count)
}

/** Up to which one a member has read, 0 before the first. */
export function lastReadId(accountId: string): RawBuilder<string> {
  return sql`coalesce((select m.last_read_id from markers m
    where m.account_id = ${accountId}::bigint and m.timeline = 'notifications'), 0)`
}

/** What belongs together under a key that apps were told. */
export async function listNotificationGroup(
  db: Db,
  accountId: string,
  key: string,
  range: IdRange,
): Promise<Notification[]> {
  const query = told(db, accountId, { types: [], excludeTypes: [] })
    .selectAll('notifications')
    .where(isOfGroup(key))
  return inOrder(await within(query, 'notifications.id', range).execute(), range)
}

export async function deleteNotificationGroup(db: Db, accountId: string, key: string): Promise<void> {
  await db.deleteFrom('notifications').where('accountId', '=', accountId).where(isOfGroup(key)).execute()
}

/** Which rows of `notifications` have a key; one that is in no group has `ungrouped-` and its id. */
export function isOfGroup(key: string) {
  const [, id] = /^ungrouped-(\d{1,18})$/.exec(key) ?? []
  if (id !== undefined) return sql<boolean>`notifications.id = ${id}::bigint`
  return sql<boolean>`notifications.group_key = ${key} and notifications.group_key <> 'ungrouped'`
}

/** What somebody did is not told any more, nor asked for. */
export async function deleteNotificationsFrom(db: Db, accountId: string, fromId: string): Promise<void> {
  await deleteTold(db, sql`account_id = ${accountId}::bigint and from_id = ${fromId}::bigint`)
}

/** @param id all of them, and what asks for some that were set aside, unless given */
export async function deleteNotifications(db: Db, accountId: string, id?: string): Promise<void> {
  if (id === undefined) return deleteTold(db, sql`account_id = ${accountId}::bigint`)
  await db.deleteFrom('notifications').where('accountId', '=', accountId).where('id', '=', id).execute()
}

/** With the requests that wait for them: what was accepted once stays so. */
async function deleteTold(db: Db, which: RawBuilder<unknown>): Promise<void> {
  await sql`
    with asked as (delete from notification_requests where ${which} and state = 'pending')
    delete from notifications where ${which}`.execute(db)
}
