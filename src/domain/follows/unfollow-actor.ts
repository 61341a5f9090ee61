import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import type { Actor } from '../../store/actors.ts'
import { deleteFollow, findFollowBetween } from '../../store/follows.ts'
import { enqueue } from '../../store/jobs.ts'

/** Ends a follow or takes a request back; nothing happens when there is none. */
export async function unfollowActor(ctx: Context, account: Actor, target: Actor): Promise<void> {
  await transact(ctx, async (tx) => {
    const follow = await findFollowBetween(tx.db, account.id, target.id)
    if (follow === undefined) return
    await deleteFollow(tx.db, follow.id)
    if (target.uri === null || target.inboxId === null) return
    const data = {
      accountId: account.id,
      followId: follow.id,
      targetUri: target.uri,
      inboxId: target.inboxId,
    }
    await enqueue(tx, 'follow.undone', data)
  })
}
