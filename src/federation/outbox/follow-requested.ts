import type { Context } from '../../context.ts'
import { actorUri, followUri } from '../../domain/accounts/addresses.ts'
import { findActor } from '../../store/actors.ts'
import { findFollow } from '../../store/follows.ts'
import { withContext, writeFollow } from '../vocab/write-follow.ts'
import { sendActivity } from './send.ts'

/** A Follow to the actor that one of us wants to follow; nothing when they thought better of it meanwhile. */
export async function sendFollowRequested(
  ctx: Context,
  jobId: string,
  data: { followId: string },
): Promise<void> {
  const follow = await findFollow(ctx.db, data.followId)
  const follower = follow && (await findActor(ctx.db, follow.followerId))
  if (follow?.targetUri == null || follower === undefined) return
  const id = followUri(ctx.config, follower, follow.id)
  const activity = withContext(writeFollow(id, actorUri(ctx.config, follower), follow.targetUri))
  await sendActivity(ctx, {
    jobId,
    accountId: follower.id,
    objectId: follow.id,
    activity,
    recipients: { actorIds: [follow.targetId] },
  })
}
