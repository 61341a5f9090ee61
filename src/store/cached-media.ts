import { sql } from 'kysely'
import type { Db } from '../context.ts'

/** A file of somebody else's that we keep, by the SHA-256 of its address. `size` is in bytes. */
export type CachedMedia = {
  readonly digest: Buffer
  readonly mediaType: string
  readonly size: number
  readonly fetchedAt: Date
  readonly usedAt: Date
}

export async function findCachedMedia(db: Db, digest: Buffer): Promise<CachedMedia | undefined> {
  const row = await db
    .selectFrom('cachedMedia')
    .select(['digest', 'mediaType', 'size', 'fetchedAt', 'usedAt'])
    .where('digest', '=', digest)
    .executeTakeFirst()
  return row && { ...row, size: Number(row.size) }
}

export async function saveCachedMedia(db: Db, media: CachedMedia & { readonly url: string }): Promise<void> {
  await db
    .insertInto('cachedMedia')
    .values(media)
    .onConflict((conflict) => conflict.column('digest').doUpdateSet(media))
    .execute()
}

export async function touchCachedMedia(db: Db, digest: Buffer, usedAt: Date): Promise<void> {
  await db.updateTable('cachedMedia').set({ usedAt }).where('digest', '=', digest).execute()
}

/** How many bytes all of them take. */
export async function sumCachedMedia(db: Db): Promise<number> {
  const { rows } = await sql<{ bytes: string }>`
    select coalesce(sum(size), 0)::text as bytes from cached_media`.execute(db)
  return Number(rows[0]?.bytes ?? 0)
}

/** Those that nobody has asked for the longest. */
export async function listLeastUsedMedia(db: Db, limit: number): Promise<{ digest: Buffer; size: number }[]> {
  const rows = await db
    .selectFrom('cachedMedia')
    .select(['digest', 'size'])
    .orderBy('usedAt')
    .limit(limit)
    .execute()
  return rows.map(({ digest, size }) => ({ digest, size: Number(size) }))
}

/** @param host with its port, as it stands in addresses */
export async function listMediaOfHost(
  db: Db,
  host: string,
  limit: number,
): Promise<{ digest: Buffer; size: number }[]> {
  const rows = await db
    .selectFrom('cachedMedia')
    .select(['digest', 'size'])
    .where(sql<string>`lower(split_part(split_part(url, '://', 2), '/', 1))`, '=', host)
    .limit(limit)
    .execute()
  return rows.map(({ digest, size }) => ({ digest, size: Number(size) }))
}

export async function deleteCachedMedia(db: Db, digests: readonly Buffer[]): Promise<void> {
  if (digests.length === 0) return
  await db.deleteFrom('cachedMedia').where('digest', 'in', digests).execute()
}

/** Those of these digests that have a row. */
export async function findKnownDigests(db: Db, digests: readonly Buffer[]): Promise<Buffer[]> {
  if (digests.length === 0) return []
  const rows = await db.selectFrom('cachedMedia').select('digest').where('digest', 'in', digests).execute()
  return rows.map(({ digest }) => digest)
}
