import type { Context } from '../../context.ts'
import { actorUri, followUri } from '../../domain/accounts/addresses.ts'
import { findActor } from '../../store/actors.ts'
import type { Jobs } from '../../store/jobs.ts'
import { writeAbout, writeFollow } from '../vocab/write-follow.ts'
import { sendActivity } from './send.ts'

export async function sendFollowUndone(
  ctx: Context,
  data: Jobs['follow.undone'],
  jobId: string,
): Promise<void> {
  const follower = await findActor(ctx.db, data.accountId)
  if (follower === undefined) return
  const actor = actorUri(ctx.config, follower)
  const id = followUri(ctx.config, follower, data.followId)
  const follow = writeFollow(id, actor, data.targetUri)
  const activity = writeAbout('Undo', { id: `${id}/undo`, actor, to: data.targetUri, follow })
  await sendActivity(ctx, {
    jobId,
    accountId: follower.id,
    objectId: data.followId,
    activity,
    recipients: { inboxIds: [data.inboxId] },
  })
}
