import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import type { Actor } from '../../store/actors.ts'
import { enqueue } from '../../store/jobs.ts'
import { deleteLike } from '../../store/likes.ts'
import { findOriginal } from './find-original.ts'

/** Takes a like back, also of what the account may no longer see; nothing happens when there is none. */
export async function unlikeStatus(ctx: Context, account: Actor, statusId: string): Promise<void> {
  await transact(ctx, async (tx) => {
    const original = await findOriginal(tx, statusId)
    const like = original && (await deleteLike(tx.db, account.id, original.id))
    if (original === undefined || like === undefined || like.statusUri === null) return
    await enqueue(tx, 'like.undone', {
      accountId: account.id,
      likeId: like.id,
      statusId: original.id,
      statusUri: like.statusUri,
      authorId: original.actorId,
    })
  })
}
