import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import type { Actor } from '../../store/actors.ts'
import { deleteBlock, deleteBlockByUri } from '../../store/blocks.ts'

type Unblocking = {
  readonly by: Actor
  /** The account of ours that was blocked, where the Undo says so. */
  readonly target: Actor | undefined
  /** The id of the Block, where the Undo says so. */
  readonly uri: string | undefined
}

/**
 * Somebody elsewhere takes a Block back. The follows that ended do not begin again.
 * @returns false when they blocked nobody by that name
 */
export async function receiveUnblock(ctx: Context, { by, target, uri }: Unblocking): Promise<boolean> {
  return transact(ctx, async (tx) => {
    if (target !== undefined) return deleteBlock(tx.db, by.id, target.id)
    return uri !== undefined && deleteBlockByUri(tx.db, by.id, uri)
  })
}
