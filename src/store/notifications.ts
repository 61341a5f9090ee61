import { sql, type Selectable } from 'kysely'
import type { Db } from '../context.ts'
import type { Notifications } from '../db/schema.ts'
import { inOrder, within, type IdRange } from './ranges.ts'
import { notHidden } from './visibility.ts'

/** `id` is a small number. */
export type Notification = Selectable<Notifications>

export type NotificationFilter = {
  readonly types: readonly string[]
  readonly excludeTypes: readonly string[]
  readonly fromId?: string | undefined
  /** Also what the member's policy sets aside. */
  readonly withFiltered?: boolean | undefined
}

/** Newest first. Of those who are hidden since, nothing is shown. */
export async function listNotifications(
  db: Db,
  accountId: string,
  range: IdRange,
  filter: NotificationFilter,
): Promise<Notification[]> {
  const query = narrowed(db, accountId, filter).selectAll('notifications')
  return inOrder(await within(query, 'notifications.id', range).execute(), range)
}

function narrowed(db: Db, accountId: string, filter: NotificationFilter) {
  let query = db
    .selectFrom('notifications')
    .where('accountId', '=', accountId)
    .where(sql<boolean>`${notHidden(sql.ref('notifications.fromId'))}`)
  if (filter.types.length > 0) query = query.where('type', 'in', filter.types)
  if (filter.excludeTypes.length > 0) query = query.where('type', 'not in', filter.excludeTypes)
  if (filter.fromId !== undefined) query = query.where('fromId', '=', filter.fromId)
  return filter.withFiltered === true ? query : query.where('filtered', '=', false)
}

export async function findNotification(
  db: Db,
  accountId: string,
  id: string,
): Promise<Notification | undefined> {
  return narrowed(db, accountId, { types: [], excludeTypes: [], withFiltered: true })
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
    .where(sql<boolean>`${notHidden(sql.ref('notifications.fromId'))}`)
    .orderBy('id')
    .execute()
}

/** Those that came after the one that was read last, newest first, at most `limit`. */
export async function listUnread(
  db: Db,
  accountId: string,
  filter: NotificationFilter,
  limit: number,
): Promise<Notification[]> {
  return narrowed(db, accountId, filter)
    .selectAll('notifications')
    .where(
      sql<boolean>`notifications.id > coalesce((select m.last_read_id from markers m
        where m.account_id = ${accountId}::bigint and m.timeline = 'notifications'), 0)`,
    )
    .orderBy('notifications.id', 'desc')
    .limit(limit)
    .execute()
}

/** What belongs together under a key that apps were told. */
export async function listNotificationGroup(
  db: Db,
  accountId: string,
  key: string,
  range: IdRange,
): Promise<Notification[]> {
  const query = narrowed(db, accountId, { types: [], excludeTypes: [] })
    .selectAll('notifications')
    .where(isOfGroup(key))
  return inOrder(await within(query, 'notifications.id', range).execute(), range)
}

export async function deleteNotificationGroup(db: Db, accountId: string, key: string): Promise<void> {
  await db.deleteFrom('notifications').where('accountId', '=', accountId).where(isOfGroup(key)).execute()
}

/** One that is in no group is one by itself: `ungrouped-` and its id. */
function isOfGroup(key: string) {
  const [, id] = /^ungrouped-(\d{1,18})$/.exec(key) ?? []
  if (id !== undefined) return sql<boolean>`notifications.id = ${id}::bigint`
  return sql<boolean>`notifications.group_key = ${key} and notifications.group_key <> 'ungrouped'`
}

/** What somebody did is not told any more. */
export async function deleteNotificationsFrom(db: Db, accountId: string, fromId: string): Promise<void> {
  await db
    .deleteFrom('notifications')
    .where('accountId', '=', accountId)
    .where('fromId', '=', fromId)
    .execute()
}

/** @param id all of them unless given */
export async function deleteNotifications(db: Db, accountId: string, id?: string): Promise<void> {
  const query = db.deleteFrom('notifications').where('accountId', '=', accountId)
  await (id === undefined ? query : query.where('id', '=', id)).execute()
}
