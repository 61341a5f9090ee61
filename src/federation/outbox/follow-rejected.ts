import type { Context } from '../../context.ts'
import { actorUri } from '../../domain/accounts/addresses.ts'
import { findActor } from '../../store/actors.ts'
import type { Jobs } from '../../store/jobs.ts'
import { writeAbout, writeFollow } from '../vocab/write-follow.ts'
import { sendActivity } from './send.ts'

export async function sendFollowRejected(
  ctx: Context,
  data: Jobs['follow.rejected'],
  jobId: string,
): Promise<void> {
  const target = await findActor(ctx.db, data.accountId)
  if (target === undefined) return
  const actor = actorUri(ctx.config, target)
  const { followerUri: to } = data
  const about = {
    id: `${actor}#rejects/${jobId}`,
    actor,
    to,
    follow: writeFollow(data.activityUri ?? '', to, actor),
  }
  const activity = writeAbout('Reject', about)
  await sendActivity(ctx, {
    jobId,
    accountId: target.id,
    objectId: data.followId,
    activity,
    recipients: { inboxIds: [data.inboxId] },
  })
}
