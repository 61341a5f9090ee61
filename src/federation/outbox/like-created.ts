import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import type { Jobs } from '../../store/jobs.ts'
import { holdLike } from '../../store/likes.ts'
import { findStatus } from '../../store/statuses.ts'
import { describeLike } from './describe-interaction.ts'
import { sendActivity } from './send.ts'

/** A Like to the author; nothing when it was taken back meanwhile, or what is liked is gone. */
export async function sendLikeCreated(
  ctx: Context,
  data: Jobs['like.created'],
  jobId: string,
): Promise<void> {
  await transact(ctx, async (tx) => {
    const like = await holdLike(tx.db, data.likeId)
    const status = like && (await findStatus(tx.db, like.statusId))
    if (like?.statusUri == null || status === undefined) return
    const { actorId: accountId, statusId, statusUri } = like
    const about = { accountId, statusUri, authorId: status.actorId }
    const activity = await describeLike(tx, { ...about, likeId: like.id })
    const recipients = { actorIds: [about.authorId] }
    if (activity) await sendActivity(tx, { jobId, accountId, objectId: statusId, activity, recipients })
  })
}
