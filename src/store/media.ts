import { sql, type Insertable, type Selectable, type Updateable } from 'kysely'
import type { Db, Tx } from '../context.ts'
import type { Media as MediaTable } from '../db/schema.ts'

/** Something that a member uploaded. */
export type Media = Omit<Selectable<MediaTable>, 'digest' | 'bytes' | 'storedDigest'>

const columns = [
  ...(['id', 'accountId', 'purpose', 'state', 'kind', 'mediaType'] as const),
  ...(['key', 'previewKey', 'uploadKey', 'width', 'height', 'duration', 'frameRate', 'bitrate'] as const),
  ...(['blurhash', 'focusX', 'focusY', 'description', 'problem', 'statusId'] as const),
  ...(['createdAt', 'attachedAt', 'unusedSince'] as const),
] as const

export async function insertMedia(tx: Tx, media: Insertable<MediaTable>): Promise<Media> {
  return tx.insertInto('media').values(media).returning(columns).executeTakeFirstOrThrow()
}

export async function findMedia(db: Db, id: string): Promise<Media | undefined> {
  return db.selectFrom('media').select(columns).where('id', '=', id).executeTakeFirst()
}

/** What of an account nothing carries. */
export async function findUnusedMedia(db: Db, accountId: string, id: string): Promise<Media | undefined> {
  return unusedOf(db, accountId, id).executeTakeFirst()
}

/** The same, held until the transaction ends. */
export async function lockUnusedMedia(tx: Tx, accountId: string, id: string): Promise<Media | undefined> {
  return unusedOf(tx, accountId, id).forUpdate().executeTakeFirst()
}

function unusedOf(db: Db, accountId: string, id: string) {
  return db
    .selectFrom('media')
    .select(columns)
    .where('id', '=', id)
    .where('accountId', '=', accountId)
    .where('purpose', '=', 'attachment')
    .where('unusedSince', 'is not', null)
}

/** Those of an account that these ids name, in no order, held until the transaction ends. */
export async function lockMedia(tx: Tx, accountId: string, ids: readonly string[]): Promise<Media[]> {
  if (ids.length === 0) return []
  return tx
    .selectFrom('media')
    .select(columns)
    .where('accountId', '=', accountId)
    .where('purpose', '=', 'attachment')
    .where('id', 'in', ids)
    .orderBy('id')
    .forUpdate()
    .execute()
}

export async function updateMedia(db: Db, id: string, change: Updateable<MediaTable>): Promise<void> {
  await db.updateTable('media').set(change).where('id', '=', id).execute()
}

/** @param statusId of a status, or of one that is to appear later */
export async function attachMedia(
  tx: Tx,
  ids: readonly string[],
  statusId: string,
  attachedAt: Date,
): Promise<void> {
  if (ids.length === 0) return
  await tx
    .updateTable('media')
    .set({ statusId, attachedAt, unusedSince: null })
    .where('id', 'in', ids)
    .execute()
}

/** @param except ids that stay with it */
export async function detachMedia(
  tx: Tx,
  statusId: string,
  unusedSince: Date,
  except: readonly string[] = [],
): Promise<void> {
  await tx
    .updateTable('media')
    .set({ statusId: null, attachedAt: null, unusedSince })
    .where('statusId', '=', statusId)
    .$if(except.length > 0, (query) => query.where('id', 'not in', except))
    .execute()
}

/** How many bytes all that an account has here takes. @param except one of them, which is not counted */
export async function sumMediaOf(db: Db, accountId: string, except?: string): Promise<number> {
  const { rows } = await sql<{ bytes: string }>`
    select coalesce(sum(bytes), 0)::text as bytes from media
    where account_id = ${accountId} and id is distinct from ${except ?? null}::bigint`.execute(db)
  return Number(rows[0]?.bytes ?? 0)
}

type Files = Pick<Media, 'id' | 'key' | 'previewKey' | 'uploadKey'>
const fileColumns = ['id', 'key', 'previewKey', 'uploadKey'] as const

/**
 * What nothing has carried since `before`, and pictures from before it that their profile does not show, held until the
 * transaction ends; what another holds is left out.
 */
export async function lockStaleMedia(tx: Tx, before: Date, limit: number): Promise<Files[]> {
  return tx
    .selectFrom('media')
    .select(fileColumns)
    .where((eb) =>
      eb.or([
        eb('unusedSince', '<', before),
        eb.and([
          eb('purpose', 'in', ['avatar', 'header']),
          eb('createdAt', '<', before),
          sql<boolean>`not exists (select from accounts a where a.id = media.account_id
            and '/media/' || media.key in (a.icon_url, a.image_url))`,
        ]),
      ]),
    )
    .limit(limit)
    .forUpdate()
    .skipLocked()
    .execute()
}

/** What nobody works on any more. */
export async function failStuckMedia(db: Db, before: Date, problem: string): Promise<void> {
  await db
    .updateTable('media')
    .set({ state: 'failed', problem })
    .where('state', '=', 'processing')
    .where('createdAt', '<', before)
    .execute()
}

/** Pictures of an account's profile, by where they stand. */
export async function lockMediaByKeys(tx: Tx, accountId: string, keys: readonly string[]): Promise<Files[]> {
  if (keys.length === 0) return []
  const query = tx.selectFrom('media').select(fileColumns).where('key', 'in', keys)
  const pictures = query.where('accountId', '=', accountId).where('purpose', 'in', ['avatar', 'header'])
  return pictures.forUpdate().execute()
}

export async function lockMediaOfStatus(tx: Tx, statusId: string): Promise<Files[]> {
  return tx.selectFrom('media').select(fileColumns).where('statusId', '=', statusId).forUpdate().execute()
}

export async function deleteMedia(tx: Tx, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  await tx.deleteFrom('media').where('id', 'in', ids).execute()
}

/** Those of these keys that a row names. */
export async function findKnownKeys(db: Db, keys: readonly string[]): Promise<ReadonlySet<string>> {
  if (keys.length === 0) return new Set()
  const { rows } = await sql<{ key: string }>`
    select k.key from unnest(${sql.val([...keys])}::text[]) as k (key)
    where exists (select from media where key = k.key)
      or exists (select from media where preview_key = k.key)
      or exists (select from media where upload_key = k.key)
      or exists (select from archives where key = k.key)
      or exists (select from imports where file_key = k.key)
      or exists (select from lockers where key = k.key)`.execute(db)
  return new Set(rows.map(({ key }) => key))
}

/** Lets one upload of an account at a time find room for itself. */
export async function lockUploadsOf(tx: Tx, accountId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('uploads ' || ${accountId}::text, 0))`.execute(tx)
}

/** What is `ready` has all its files; what was uploaded is of no more use. */
export async function finishMedia(db: Db, id: string, change: Updateable<MediaTable>): Promise<Media> {
  return db
    .updateTable('media')
    .set({ ...change, state: 'ready', uploadKey: null, problem: null })
    .where('id', '=', id)
    .returning(columns)
    .executeTakeFirstOrThrow()
}

export async function getMediaBytes(db: Db, id: string): Promise<number> {
  const query = db.selectFrom('media').select('bytes').where('id', '=', id)
  return Number((await query.executeTakeFirst())?.bytes ?? 0)
}
