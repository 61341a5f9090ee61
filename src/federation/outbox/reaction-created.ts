import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import type { Jobs } from '../../store/jobs.ts'
import { holdReaction } from '../../store/reactions.ts'
import { findStatus } from '../../store/statuses.ts'
import { describeReaction } from './describe-interaction.ts'
import { sendActivity } from './send.ts'

/** An EmojiReact to the author; nothing when it was taken back meanwhile, or what it stands under is gone. */
export async function sendReactionCreated(
  ctx: Context,
  data: Jobs['reaction.created'],
  jobId: string,
): Promise<void> {
  await transact(ctx, async (tx) => {
    const reaction = await holdReaction(tx.db, data.reactionId)
    const status = reaction && (await findStatus(tx.db, reaction.statusId))
    if (reaction?.statusUri == null || status === undefined) return
    const { actorId: accountId, statusId, statusUri, name, emojiUrl } = reaction
    const about = { accountId, statusUri, authorId: status.actorId, name, emojiUrl }
    const activity = await describeReaction(tx, { ...about, reactionId: reaction.id })
    const recipients = { actorIds: [about.authorId] }
    if (activity) await sendActivity(tx, { jobId, accountId, objectId: statusId, activity, recipients })
  })
}
