import type { Context } from '../../context.ts'
import type { Visibility } from '../../db/schema.ts'
import type { Status } from '../../store/statuses.ts'
import type { Recipients } from '../../store/delivery-plan.ts'
import { writeCreate } from '../vocab/write-note.ts'
import { loadPost } from './load-post.ts'
import { sendActivity } from './send.ts'

/** A Create to everybody whom a new post is for. A post that is gone by now is not announced. */
export async function sendStatusCreated(
  ctx: Context,
  jobId: string,
  data: { statusId: string },
): Promise<void> {
  const view = await loadPost(ctx, data.statusId)
  if (view === undefined || view.status.deletedAt !== null) return
  const activity = writeCreate(ctx.config, view)
  await sendActivity(ctx, {
    jobId,
    accountId: view.author.id,
    objectId: view.status.id,
    activity,
    recipients: recipientsOf(view.status),
  })
}

const forFollowers: readonly Visibility[] = ['public', 'unlisted', 'private']

/** Followers, unless it is direct, and everybody who is or was named in it. */
export function recipientsOf(status: Status): Recipients {
  const followersOf = forFollowers.includes(status.visibility) ? status.actorId : undefined
  return { followersOf, actorIds: status.audience }
}
