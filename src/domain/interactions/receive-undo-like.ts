import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { deleteLike, deleteLikeByUri } from '../../store/likes.ts'
import { findUndoneStatusId, type Undone } from './undone.ts'

/**
 * By the id of the Like or, since some servers (Lemmy) name one that they never sent, by what was liked.
 * @returns whether there was one
 */
export async function receiveUndoLike(ctx: Context, undone: Undone): Promise<boolean> {
  const { by, uri } = undone
  return transact(ctx, async (tx) => {
    if (uri !== undefined && (await deleteLikeByUri(tx.db, by.id, uri))) return true
    const statusId = await findUndoneStatusId(tx, undone)
    return statusId !== undefined && (await deleteLike(tx.db, by.id, statusId)) !== undefined
  })
}
