import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import type { Actor } from '../../store/actors.ts'
import { enqueue } from '../../store/jobs.ts'
import { deleteReaction } from '../../store/reactions.ts'
import { normalizeEmoji, shortcodeIn } from './emoji.ts'
import { findOriginal } from './find-original.ts'

/** Takes a reaction back; nothing happens when there is none. */
export async function unreact(ctx: Context, account: Actor, statusId: string, emoji: string): Promise<void> {
  const name = normalizeEmoji(emoji) ?? shortcodeIn(emoji)
  if (name === undefined) return
  await transact(ctx, async (tx) => {
    const original = await findOriginal(tx, statusId)
    const place = original && { actorId: account.id, statusId: original.id, name }
    const reaction = place && (await deleteReaction(tx.db, place))
    if (original === undefined || reaction === undefined || reaction.statusUri === null) return
    await enqueue(tx, 'reaction.undone', {
      accountId: account.id,
      reactionId: reaction.id,
      statusId: original.id,
      statusUri: reaction.statusUri,
      authorId: original.actorId,
      name: reaction.name,
      emojiUrl: reaction.emojiUrl,
    })
  })
}
