import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import type { Actor } from '../../store/actors.ts'
import { findBoostId } from '../../store/boosts.ts'
import { enqueue } from '../../store/jobs.ts'
import { buryPost } from '../../store/statuses.ts'
import { findOriginal } from './find-original.ts'
import { deleteTidingsOfDeed } from '../../store/notification-sources.ts'

/** Takes a boost back, be it named itself or what it boosts; nothing happens when there is none. */
export async function unboost(ctx: Context, account: Actor, statusId: string): Promise<void> {
  await transact(ctx, async (tx) => {
    const original = await findOriginal(tx, statusId)
    const boostId = original && (await findBoostId(tx.db, account.id, original.id))
    if (boostId === undefined) return
    if (original !== undefined) await deleteTidingsOfDeed(tx.db, 'reblog', account.id, original.id)
    await buryPost(tx.db, boostId, tx.now())
    await enqueue(tx, 'boost.undone', { statusId: boostId })
  })
}
