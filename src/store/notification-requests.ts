import { sql, type Selectable } from 'kysely'
import type { Db, Tx } from '../context.ts'
import type { NotificationRequests } from '../db/schema.ts'
import { isStillTold } from './notification-wishes.ts'
import { inOrder, within, type IdRange } from './ranges.ts'
import { publishEvent } from './stream-events.ts'

/** What the policy of a member sets aside, by its sender. */
export type NotificationRequest = Selectable<NotificationRequests>

/** What is set aside, and the member would be told of. */
const setAside = sql`notifications.filtered and ${isStillTold}`

/** There is something that it asks for. */
const isWaiting = sql<boolean>`notification_requests.state = 'pending' and exists (
  select from notifications where notifications.account_id = notification_requests.account_id
    and notifications.from_id = notification_requests.from_id and ${setAside})`

export async function listNotificationRequests(
  db: Db,
  accountId: string,
  range: IdRange,
): Promise<NotificationRequest[]> {
  const query = db
    .selectFrom('notificationRequests')
    .selectAll()
    .where('accountId', '=', accountId)
    .where(isWaiting)
  return inOrder(await within(query, 'id', range).execute(), range)
}

export async function findNotificationRequests(
  db: Db,
  accountId: string,
  ids: readonly string[],
): Promise<NotificationRequest[]> {
  return db
    .selectFrom('notificationRequests')
    .selectAll()
    .where('accountId', '=', accountId)
    .where(isWaiting)
    .where(sql<boolean>`id = any(${ids}::bigint[])`)
    .execute()
}

/** How much each of them has sent, and what last. */
export async function listSetAside(
  db: Db,
  accountId: string,
  fromIds: readonly string[],
): Promise<ReadonlyMap<string, { count: number; lastStatusId: string | null }>> {
  const { rows } = await sql<{ fromId: string; count: number; lastStatusId: string | null }>`
    select from_id, count(*)::integer as count, max(status_id) as last_status_id
    from notifications
    where account_id = ${accountId}::bigint and from_id = any(${fromIds}::bigint[]) and ${setAside}
    group by from_id`.execute(db)
  return new Map(rows.map(({ fromId, ...rest }) => [fromId, rest]))
}

/** What waits to be accepted or dismissed: senders, and what they sent. */
export async function countSetAside(
  db: Db,
  accountId: string,
): Promise<{ requests: number; notifications: number }> {
  const { rows } = await sql<{ requests: number; notifications: number }>`
    select count(*)::int as requests, coalesce(sum(sent.n), 0)::int as notifications
    from notification_requests r cross join lateral (
      select count(*) as n from notifications
      where notifications.account_id = r.account_id and notifications.from_id = r.from_id and ${setAside}) sent
    where r.account_id = ${accountId}::bigint and r.state = 'pending' and sent.n > 0`.execute(db)
  return rows[0]!
}

/** What they sent is shown, and so is what they send from here on. */
export async function acceptNotificationRequests(
  tx: Tx,
  accountId: string,
  fromIds: readonly string[],
): Promise<void> {
  const senders = sql<boolean>`from_id = any(${fromIds}::bigint[])`
  await tx
    .updateTable('notificationRequests')
    .set({ state: 'accepted' })
    .where('accountId', '=', accountId)
    .where(senders)
    .execute()
  await tx
    .updateTable('notifications')
    .set({ filtered: false })
    .where('accountId', '=', accountId)
    .where(senders)
    .execute()
  if (fromIds.length > 0) publishEvent(tx, { event: 'notifications_merged', accountId })
}

/** What they sent is gone; what they send later is set aside anew. */
export async function dismissNotificationRequests(
  tx: Tx,
  accountId: string,
  fromIds: readonly string[],
): Promise<void> {
  const senders = sql<boolean>`from_id = any(${fromIds}::bigint[])`
  await tx.deleteFrom('notificationRequests').where('accountId', '=', accountId).where(senders).execute()
  await tx
    .deleteFrom('notifications')
    .where('accountId', '=', accountId)
    .where('filtered', '=', true)
    .where(senders)
    .execute()
}
