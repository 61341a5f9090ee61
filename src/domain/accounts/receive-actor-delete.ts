import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { markActorDeleted, type Actor } from '../../store/actors.ts'
import { deleteBlocksOf } from '../../store/blocks.ts'
import { deleteFollowsOf } from '../../store/follows.ts'
import { deleteDoingsOf } from '../../store/status-remains.ts'
import { deleteRemoteStatusesOf } from '../../store/statuses.ts'

/**
 * Somebody elsewhere is gone for good, by their own word: they follow and block nobody, and what they said and did
 * goes with them.
 */
export async function receiveActorDelete(ctx: Context, actor: Actor): Promise<void> {
  await transact(ctx, async (tx) => {
    await deleteFollowsOf(tx.db, actor.id)
    await deleteBlocksOf(tx.db, actor.id)
    await deleteDoingsOf(tx.db, actor.id)
    await deleteRemoteStatusesOf(tx.db, actor.id)
    await markActorDeleted(tx.db, actor.id, tx.now())
  })
}
