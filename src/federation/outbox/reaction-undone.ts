import type { Context } from '../../context.ts'
import type { Jobs } from '../../store/jobs.ts'
import { writeUndo } from '../vocab/write-interaction.ts'
import { describeReaction } from './describe-interaction.ts'
import { sendActivity } from './send.ts'

export async function sendReactionUndone(
  ctx: Context,
  data: Jobs['reaction.undone'],
  jobId: string,
): Promise<void> {
  const reaction = await describeReaction(ctx, data)
  if (reaction === undefined) return
  await sendActivity(ctx, {
    jobId,
    accountId: data.accountId,
    objectId: data.statusId,
    activity: writeUndo(reaction),
    recipients: { actorIds: [data.authorId] },
  })
}
