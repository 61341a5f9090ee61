import type { Context } from '../../context.ts'
import type { Jobs } from '../../store/jobs.ts'
import { writeUndo } from '../vocab/write-interaction.ts'
import { describeLike } from './describe-interaction.ts'
import { sendActivity } from './send.ts'

export async function sendLikeUndone(ctx: Context, data: Jobs['like.undone'], jobId: string): Promise<void> {
  const like = await describeLike(ctx, data)
  if (like === undefined) return
  await sendActivity(ctx, {
    jobId,
    accountId: data.accountId,
    objectId: data.statusId,
    activity: writeUndo(like),
    recipients: { actorIds: [data.authorId] },
  })
}
