import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import type { Actor } from '../../store/actors.ts'
import { deleteBlock, findBlock } from '../../store/blocks.ts'
import { enqueue } from '../../store/jobs.ts'

/** Takes a block back; nothing happens when there is none. The follows that ended do not begin again. */
export async function unblockActor(ctx: Context, account: Actor, target: Actor): Promise<void> {
  await transact(ctx, async (tx) => {
    const block = await findBlock(tx.db, account.id, target.id)
    if (block === undefined) return
    await deleteBlock(tx.db, account.id, target.id)
    if (target.uri === null || target.inboxId === null) return
    const { uri: targetUri, inboxId } = target
    await enqueue(tx, 'actor.unblocked', { accountId: account.id, blockId: block.id, targetUri, inboxId })
  })
}
