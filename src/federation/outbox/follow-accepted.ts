import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { actorUri } from '../../domain/accounts/addresses.ts'
import { findActor } from '../../store/actors.ts'
import { holdFollow } from '../../store/follows.ts'
import { writeAbout, writeFollow } from '../vocab/write-follow.ts'
import { sendActivity } from './send.ts'

/**
 * An Accept to the follower's own inbox, naming their Follow by the id that they gave it; nothing when they left or were
 * turned away meanwhile.
 */
export async function sendFollowAccepted(
  ctx: Context,
  data: { followId: string },
  jobId: string,
): Promise<void> {
  await transact(ctx, async (tx) => {
    const follow = await holdFollow(tx.db, data.followId)
    const target = follow && (await findActor(tx.db, follow.targetId))
    if (follow?.followerUri == null || follow.inboxId === null || target === undefined) return
    const actor = actorUri(tx.config, target)
    const { followerUri: to } = follow
    const about = {
      id: `${actor}#accepts/${jobId}`,
      actor,
      to,
      follow: writeFollow(follow.activityUri ?? '', to, actor),
    }
    const activity = writeAbout('Accept', about)
    await sendActivity(tx, {
      jobId,
      accountId: target.id,
      objectId: follow.id,
      activity,
      recipients: { inboxIds: [follow.inboxId] },
    })
  })
}
