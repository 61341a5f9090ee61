import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { findActor } from '../../store/actors.ts'
import { findFollow, listPendingFollowers } from '../../store/follows.ts'
import { enqueue } from '../../store/jobs.ts'
import { approveFollow } from './answer-follow.ts'

const batchSize = 100

/**
 * A member no longer decides about each follower: whoever waits is let in, the longest first, a hundred and then the
 * next. Again lets in who is left; it stops when the member decides once more.
 */
export async function approveWaiting(ctx: Context, { accountId }: { accountId: string }): Promise<void> {
  const account = await findActor(ctx.db, accountId)
  if (account === undefined || account.locked || account.deletedAt !== null) return
  const waiting = await listPendingFollowers(ctx.db, accountId, batchSize)
  for (const { id, followerId } of waiting)
    await transact(ctx, async (tx) => {
      const isWaiting = (await findFollow(tx.db, id))?.state === 'pending'
      if (isWaiting) await approveFollow(tx, account, followerId)
    })
  if (waiting.length < batchSize) return
  await transact(ctx, (tx) => enqueue(tx, 'account.opened', { accountId }))
}
