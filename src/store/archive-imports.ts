import { sql } from 'kysely'
import type { Db, Tx } from '../context.ts'
import type { Import, RowOutcome } from './imports.ts'

/** What became of some items of an archive, and of which of them there is something to say. */
export type ArchiveProgress = {
  /** How many items are dealt with. */
  readonly position: number
  readonly added: number
  readonly kept: number
  readonly failed: number
  readonly remarks: readonly ArchiveRemark[]
}

export type ArchiveRemark = {
  readonly number: number
  /** What it is about: an address, or a few words. */
  readonly what: string
  readonly outcome: RowOutcome
  readonly detail: string
}

/**
 * Goes on to a position.
 * @returns false when the import has ended meanwhile, or somebody else has got further
 */
export async function advanceArchive(
  tx: Tx,
  { id, position }: Pick<Import, 'id' | 'position'>,
  progress: ArchiveProgress,
  leasedUntil: Date,
): Promise<boolean> {
  const result = await tx
    .updateTable('imports')
    .set((eb) => ({
      position: String(progress.position),
      added: eb('added', '+', progress.added),
      kept: eb('kept', '+', progress.kept),
      failed: eb('failed', '+', progress.failed),
      leasedUntil,
    }))
    .where('id', '=', id)
    .where('state', '=', 'running')
    .where('position', '=', position)
    .executeTakeFirst()
  if (result.numUpdatedRows === 0n) return false
  await insertRemarks(tx, id, progress.remarks)
  return true
}

async function insertRemarks(tx: Tx, importId: string, remarks: readonly ArchiveRemark[]): Promise<void> {
  if (remarks.length === 0) return
  await tx
    .insertInto('importRows')
    .values(
      remarks.map(({ number, what, outcome, detail }) => ({
        ...{ importId, number, outcome, detail: detail.slice(0, 500) },
        // A list in brackets would be taken for cells of a CSV file.
        data: what.replace(/^\[+/, '').slice(0, 2048),
      })),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** @param of whose it says it is, what wrote it, and how many items it holds */
export async function describeArchiveImport(
  db: Db,
  id: string,
  of: { readonly formerUri: string; readonly software: string; readonly total: number },
): Promise<void> {
  await db.updateTable('imports').set(of).where('id', '=', id).execute()
}

/** Those that were worked on where they lay, and whose worker is gone. */
export async function cancelAbandoned(tx: Tx, accountId: string, now: Date): Promise<void> {
  await tx
    .updateTable('imports')
    .set({ state: 'cancelled', finishedAt: now, leasedUntil: null })
    .where('accountId', '=', accountId)
    .where('kind', '=', 'archive')
    .where('fileKey', 'is', null)
    .where('state', 'in', ['pending', 'running'])
    .where(sql<boolean>`coalesce(leased_until, created_at) < ${now}`)
    .execute()
}

/** @returns the file that is of no more use */
export async function dropArchiveFile(db: Db, id: string): Promise<string | undefined> {
  const { rows } = await sql<{ fileKey: string | null }>`
    update imports i set file_key = null from (select id, file_key from imports where id = ${id}::bigint) old
    where i.id = old.id returning old.file_key`.execute(db)
  return rows[0]?.fileKey ?? undefined
}
