import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { deleteReaction, deleteReactionByUri } from '../../store/reactions.ts'
import { findUndoneStatusId, type Undone } from './undone.ts'

/**
 * By the id of the activity or, where that is not known here, by the emoji and what it was put under.
 * @returns whether there was one
 */
export async function receiveUndoReaction(
  ctx: Context,
  undone: Undone & { readonly name: string | undefined },
): Promise<boolean> {
  const { by, uri, name } = undone
  return transact(ctx, async (tx) => {
    if (uri !== undefined && (await deleteReactionByUri(tx.db, by.id, uri))) return true
    const statusId = name === undefined ? undefined : await findUndoneStatusId(tx, undone)
    if (statusId === undefined || name === undefined) return false
    return (await deleteReaction(tx.db, { actorId: by.id, statusId, name })) !== undefined
  })
}
