import type { Context } from '../../context.ts'
import { actorUri } from '../../domain/accounts/addresses.ts'
import { findActor } from '../../store/actors.ts'
import { findFollow } from '../../store/follows.ts'
import { writeAbout, writeFollow } from '../vocab/write-follow.ts'
import { sendActivity } from './send.ts'

/** An Accept to the follower's own inbox, naming their Follow by the id that they gave it. */
export async function sendFollowAccepted(
  ctx: Context,
  jobId: string,
  data: { followId: string },
): Promise<void> {
  const follow = await findFollow(ctx.db, data.followId)
  const target = follow && (await findActor(ctx.db, follow.targetId))
  if (follow?.followerUri == null || follow.inboxId === null || target === undefined) return
  const actor = actorUri(ctx.config, target)
  const { followerUri: to } = follow
  const about = {
    id: `${actor}#accepts/${jobId}`,
    actor,
    to,
    follow: writeFollow(follow.activityUri ?? '', to, actor),
  }
  const activity = writeAbout('Accept', about)
  await sendActivity(ctx, {
    jobId,
    accountId: target.id,
    objectId: follow.id,
    activity,
    recipients: { inboxIds: [follow.inboxId] },
  })
}
