import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { deleteRemoteBoost, deleteRemoteBoostByUri } from '../../store/boosts.ts'
import { findUndoneStatusId, type Undone } from './undone.ts'

/**
 * By the id of the Announce or, where that is not known here, by what was boosted.
 * @returns whether there was one
 */
export async function receiveUndoBoost(ctx: Context, undone: Undone): Promise<boolean> {
  const { by, uri } = undone
  return transact(ctx, async (tx) => {
    if (uri !== undefined && (await deleteRemoteBoostByUri(tx.db, by.id, uri))) return true
    const statusId = await findUndoneStatusId(tx, undone)
    return statusId !== undefined && deleteRemoteBoost(tx.db, by.id, statusId)
  })
}
