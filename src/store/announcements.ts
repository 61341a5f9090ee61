import { sql, type Insertable, type Selectable } from 'kysely'
import type { Db, Tx } from '../context.ts'
import type { Announcements } from '../db/schema.ts'

/** What those who run this place tell everybody who lives here; the content is plain text. */
export type Announcement = Selectable<Announcements>

export async function insertAnnouncement(tx: Tx, row: Insertable<Announcements>): Promise<void> {
  await tx.insertInto('announcements').values(row).execute()
}

/** @returns whether there is one */
export async function updateAnnouncement(
  tx: Tx,
  id: string,
  changes: Partial<Omit<Announcement, 'id'>>,
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('announcements')
    .set(changes)
    .where('id', '=', id)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** @returns whether there was one */
export async function deleteAnnouncement(tx: Tx, id: string): Promise<boolean> {
  const { numDeletedRows } = await tx.deleteFrom('announcements').where('id', '=', id).executeTakeFirst()
  return numDeletedRows > 0n
}

/** Newest first; with `at` only those that are not over by then. */
export async function listAnnouncements(db: Db, limit: number, at?: Date): Promise<Announcement[]> {
  const query = db.selectFrom('announcements').selectAll().orderBy('id', 'desc').limit(limit)
  return (at === undefined ? query : query.where(isOn(at))).execute()
}

/** Unless it is over. */
export async function findAnnouncement(db: Db, id: string, at: Date): Promise<Announcement | undefined> {
  return db.selectFrom('announcements').selectAll().where('id', '=', id).where(isOn(at)).executeTakeFirst()
}

const isOn = (at: Date) => sql<boolean>`(ends_at is null or ends_at > ${at})`

/** Held until the transaction ends, so that reactions are counted one after the other. */
export async function lockAnnouncement(tx: Tx, id: string, at: Date): Promise<Announcement | undefined> {
  return tx
    .selectFrom('announcements')
    .selectAll()
    .where('id', '=', id)
    .where(isOn(at))
    .forUpdate()
    .executeTakeFirst()
}

export async function insertDismissal(db: Db, announcementId: string, accountId: string): Promise<void> {
  await db
    .insertInto('announcementDismissals')
    .values({ announcementId, accountId })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** Which of these a member has dismissed. */
export async function listDismissed(
  db: Db,
  ids: readonly string[],
  accountId: string,
): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set()
  const rows = await db
    .selectFrom('announcementDismissals')
    .select('announcementId')
    .where('announcementId', 'in', ids)
    .where('accountId', '=', accountId)
    .execute()
  return new Set(rows.map(({ announcementId }) => announcementId))
}

/** Of an emoji, or the shortcode of one of ours. */
export type AnnouncementReaction = {
  readonly announcementId: string
  readonly name: string
  readonly count: number
  /** Whether the member is among them. */
  readonly isMine: boolean
}

/** By the one that came first. */
export async function listAnnouncementReactions(
  db: Db,
  ids: readonly string[],
  accountId: string | null,
): Promise<AnnouncementReaction[]> {
  const { rows } = await sql<AnnouncementReaction>`
    select announcement_id, name, count(*)::integer as count,
      coalesce(bool_or(account_id = ${accountId}::bigint), false) as is_mine
    from announcement_reactions where announcement_id = any(${ids}::bigint[])
    group by announcement_id, name order by min(created_at), name`.execute(db)
  return rows
}

/** @returns whether it is new */
export async function insertAnnouncementReaction(
  tx: Tx,
  row: { announcementId: string; accountId: string; name: string; createdAt: Date },
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('announcementReactions')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return (numInsertedOrUpdatedRows ?? 0n) > 0n
}

/** @returns whether it was there */
export async function deleteAnnouncementReaction(
  tx: Tx,
  { announcementId, accountId, name }: { announcementId: string; accountId: string; name: string },
): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom('announcementReactions')
    .where('announcementId', '=', announcementId)
    .where('accountId', '=', accountId)
    .where('name', '=', name)
    .executeTakeFirst()
  return numDeletedRows > 0n
}
