import type { Context, TxContext } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import type { Actor } from '../../store/actors.ts'
import { findBoostId } from '../../store/boosts.ts'
import { enqueue } from '../../store/jobs.ts'
import { deleteTidingsOfDeed } from '../../store/notification-sources.ts'
import { buryPost, findStatus, lockPost, type Status } from '../../store/statuses.ts'
import { findOriginal } from './find-original.ts'

/** Takes a boost back, be it named itself or what it boosts; nothing happens when there is none. */
export async function unboost(ctx: Context, account: Actor, statusId: string): Promise<void> {
  await transact(ctx, async (tx) => {
    const original = await findOriginal(tx, statusId)
    const boostId = original && (await findBoostId(tx.db, account.id, original.id))
    if (boostId === undefined) return
    await lockPost(tx.db, boostId)
    const boost = await findStatus(tx.db, boostId)
    if (boost?.deletedAt === null) await buryBoost(tx, boost)
  })
}

/** Takes a boost of ours back that is held: whoever was told of it is told no more. */
export async function buryBoost(
  tx: TxContext,
  { id, actorId, boostOfId }: Pick<Status, 'id' | 'actorId' | 'boostOfId'>,
): Promise<void> {
  if (boostOfId !== null) await deleteTidingsOfDeed(tx.db, 'reblog', actorId, boostOfId)
  await buryPost(tx.db, id, tx.now())
  await enqueue(tx, 'boost.undone', { statusId: id })
}
