import type { TxContext } from '../../context.ts'
import { DomainError } from '../../lib/errors.ts'
import type { Actor } from '../../store/actors.ts'
import { lockAccountRow } from '../../store/featured.ts'
import { countUnfinishedImports, deleteOldImports } from '../../store/imports.ts'
import { enqueue } from '../../store/jobs.ts'
import { importLimits } from './kinds.ts'

/** Before one more import. @throws DomainError `limited` when three are unfinished */
export async function makeRoom(tx: TxContext, { id }: Actor): Promise<void> {
  await lockAccountRow(tx.db, id)
  if ((await countUnfinishedImports(tx.db, id)) >= importLimits.unfinished)
    throw new DomainError(
      'limited',
      `${importLimits.unfinished} imports are under way: wait until one is done.`,
    )
  const keys = await deleteOldImports(tx.db, id, importLimits.kept - 1)
  if (keys.length > 0) await enqueue(tx, 'media.discarded', { keys })
}
