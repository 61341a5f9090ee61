import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { actorUri, followUri } from '../../domain/accounts/addresses.ts'
import { findActor } from '../../store/actors.ts'
import { holdFollow } from '../../store/follows.ts'
import { withContext, writeFollow } from '../vocab/write-follow.ts'
import { sendActivity } from './send.ts'

/**
 * A Follow to the own inbox of the actor that one of us wants to follow, where its Undo would go too; nothing when they
 * thought better of it meanwhile.
 */
export async function sendFollowRequested(
  ctx: Context,
  data: { followId: string },
  jobId: string,
): Promise<void> {
  await transact(ctx, async (tx) => {
    const follow = await holdFollow(tx.db, data.followId)
    if (follow === undefined) return
    const [follower, target] = [
      await findActor(tx.db, follow.followerId),
      await findActor(tx.db, follow.targetId),
    ]
    if (follow.targetUri === null || follower === undefined || target?.inboxId == null) return
    const id = followUri(tx.config, follower, follow.id)
    const activity = withContext(writeFollow(id, actorUri(tx.config, follower), follow.targetUri))
    await sendActivity(tx, {
      jobId,
      accountId: follower.id,
      objectId: follow.id,
      activity,
      recipients: { inboxIds: [target.inboxId] },
    })
  })
}
