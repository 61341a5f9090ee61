import type { Selectable } from 'kysely'
import type { Db, Tx } from '../context.ts'
import type { ArchiveLinks } from '../db/schema.ts'

export type ArchiveLink = Selectable<ArchiveLinks>

export async function insertArchiveLink(
  tx: Tx,
  link: Pick<ArchiveLink, 'tokenDigest' | 'archiveId' | 'expiresAt'>,
): Promise<void> {
  await tx.insertInto('archiveLinks').values(link).execute()
}

export async function findArchiveLink(db: Db, tokenDigest: Buffer): Promise<ArchiveLink | undefined> {
  return db
    .selectFrom('archiveLinks')
    .select(['tokenDigest', 'archiveId', 'expiresAt', 'usedAt', 'browserDigest'])
    .where('tokenDigest', '=', tokenDigest)
    .executeTakeFirst()
}

/** @returns of which archive it was; undefined for one that was used, has expired or never was */
export async function useArchiveLink(
  tx: Tx,
  tokenDigest: Buffer,
  browserDigest: Buffer,
  now: Date,
): Promise<string | undefined> {
  const row = await tx
    .updateTable('archiveLinks')
    .set({ usedAt: now, browserDigest })
    .where('tokenDigest', '=', tokenDigest)
    .where('usedAt', 'is', null)
    .where('expiresAt', '>', now)
    .returning('archiveId')
    .executeTakeFirst()
  return row?.archiveId
}
