import { sql, type Selectable } from 'kysely'
import type { Db, Tx } from '../context.ts'
import type { Archives } from '../db/schema.ts'
import type { Named, PageAfter } from './kit-contents.ts'

/** `key` is where it is, or will be, in the media storage. */
export type Archive = Pick<
  Selectable<Archives>,
  'id' | 'accountId' | 'key' | 'bytes' | 'done' | 'total' | 'problem' | 'createdAt' | 'readyAt' | 'expiresAt'
> & { readonly state: 'pending' | 'running' | 'ready' | 'failed' }

const columns = [
  ...(['id', 'accountId', 'state', 'key', 'bytes', 'done', 'total', 'problem'] as const),
  ...(['createdAt', 'readyAt', 'expiresAt'] as const),
] as const

type NewArchive = Pick<Archive, 'id' | 'accountId' | 'createdAt'> & { readonly key: string }

/** @returns false when another is being made */
export async function insertArchive(tx: Tx, archive: NewArchive): Promise<boolean> {
  const result = await tx
    .insertInto('archives')
    .values(archive)
    .onConflict((oc) => oc.doNothing())
    .executeTakeFirst()
  return (result.numInsertedOrUpdatedRows ?? 0n) > 0n
}

/** Newest first; those that failed or went are among them for a while. */
export async function listArchives(db: Db, accountId: string, limit: number): Promise<Archive[]> {
  const rows = await db
    .selectFrom('archives')
    .select(columns)
    .where('accountId', '=', accountId)
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
  return rows as Archive[]
}

export async function findArchive(db: Db, id: string): Promise<Archive | undefined> {
  const row = await db.selectFrom('archives').select(columns).where('id', '=', id).executeTakeFirst()
  return row as Archive | undefined
}

/** When the last was asked for that was made, or is being made. */
export async function findLastArchive(db: Db, accountId: string): Promise<Date | undefined> {
  const row = await db
    .selectFrom('archives')
    .select('createdAt')
    .where('accountId', '=', accountId)
    .where('state', '!=', 'failed')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.createdAt
}

export async function beginArchive(db: Db, id: string, total: number): Promise<void> {
  await db.updateTable('archives').set({ state: 'running', done: 0, total }).where('id', '=', id).execute()
}

export async function noteArchived(db: Db, id: string, done: number): Promise<void> {
  await db.updateTable('archives').set({ done }).where('id', '=', id).execute()
}

/** @returns false when it is gone, or was finished before */
export async function finishArchive(
  tx: Tx,
  id: string,
  facts: { bytes: number; digest: Buffer; readyAt: Date; expiresAt: Date },
): Promise<boolean> {
  const result = await tx
    .updateTable('archives')
    .set({ ...facts, state: 'ready', done: sql`coalesce(total, done)`, problem: null })
    .where('id', '=', id)
    .where('state', 'in', ['pending', 'running'])
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

/** Gives up what was asked for so long ago that nobody works on it any more. */
export async function failArchives(db: Db, before: Date, problem: string): Promise<void> {
  await db
    .updateTable('archives')
    .set({ state: 'failed', problem })
    .where('state', 'in', ['pending', 'running'])
    .where('createdAt', '<', before)
    .execute()
}

/** Rows whose time is over, a bounded number. @returns the files that they had */
export async function takeExpiredArchives(
  tx: Tx,
  { now, failedBefore }: { now: Date; failedBefore: Date },
  limit: number,
): Promise<(string | null)[]> {
  const { rows } = await sql<{ key: string | null }>`
    delete from archives where id in (
      select id from archives
      where (state = 'ready' and expires_at <= ${now}) or (state = 'failed' and created_at < ${failedBefore})
      order by id limit ${limit} for update skip locked)
    returning key`.execute(tx)
  return rows.map(({ key }) => key)
}

/** All of an account. @returns the files that they had */
export async function takeArchivesOf(tx: Tx, accountId: string): Promise<string[]> {
  const rows = await tx.deleteFrom('archives').where('accountId', '=', accountId).returning('key').execute()
  return rows.flatMap(({ key }) => key ?? [])
}

export type LikeRow = {
  readonly position: string
  readonly statusId: string
  readonly statusUri: string | null
} & Named

/** What an account likes, oldest first. */
export async function listLikeRows(
  db: Db,
  accountId: string,
  { after, limit }: PageAfter,
): Promise<LikeRow[]> {
  const { rows } = await sql<LikeRow>`
    select l.id::text as position, s.id as status_id, s.uri as status_uri,
      a.type, a.username, a.domain, a.uri, a.url
    from likes l join statuses s on s.id = l.status_id join actors a on a.id = s.actor_id
    where l.actor_id = ${accountId}::bigint and s.deleted_at is null and l.id > ${after}::bigint
    order by l.id limit ${limit}`.execute(db)
  return rows
}

export type FormerIdRow = { readonly position: string; readonly uris: readonly string[] }

/** Posts of an account that had other ids elsewhere, oldest first. */
export async function listFormerIdRows(
  db: Db,
  accountId: string,
  { after, limit }: PageAfter,
): Promise<FormerIdRow[]> {
  const { rows } = await sql<FormerIdRow>`
    select p.id::text as position, array_agg(f.uri order by f.uri) as uris
    from posts p join post_former_ids f on f.post_id = p.id
    where p.actor_id = ${accountId}::bigint and p.deleted_at is null and p.id > ${after}::bigint
    group by p.id order by p.id limit ${limit}`.execute(db)
  return rows
}

export type ShownFiles = {
  readonly position: string
  readonly key: string
  /** Of a video or a recording: the picture that stands for it. */
  readonly previewKey: string | null
}

/** Files that posts of an account show, oldest first. */
export async function listShownFiles(
  db: Db,
  accountId: string,
  { after, limit }: PageAfter,
): Promise<ShownFiles[]> {
  const { rows } = await sql<ShownFiles>`
    select m.id::text as position, m.key, case when m.kind = 'image' then null else m.preview_key end as preview_key
    from media m join posts p on p.id = m.status_id and p.actor_id = m.account_id and p.deleted_at is null
    where m.account_id = ${accountId}::bigint and m.state = 'ready' and m.key is not null
      and m.id > ${after}::bigint
    order by m.id limit ${limit}`.execute(db)
  return rows
}

/** How many things an archive of an account would hold, of the kinds of which there may be many. */
export async function countArchived(db: Db, accountId: string): Promise<number> {
  const { rows } = await sql<{ n: string }>`
    select (select count(*) from posts where actor_id = ${accountId}::bigint and deleted_at is null)
      + (select count(*) from likes where actor_id = ${accountId}::bigint)
      + (select count(*) from bookmarks where account_id = ${accountId}::bigint)
      + (select count(*) from media where account_id = ${accountId}::bigint and status_id is not null
          and state = 'ready') as n`.execute(db)
  return Number(rows[0]?.n)
}
