import type { Context, TxContext } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { DomainError } from '../../lib/errors.ts'
import type { Actor } from '../../store/actors.ts'
import { listEmojisNamed } from '../../store/custom-emojis.ts'
import { enqueue } from '../../store/jobs.ts'
import { findEmojiUrl, listReactionsBy, lockReactionsBy, upsertReaction } from '../../store/reactions.ts'
import type { Status } from '../../store/statuses.ts'
import { requireHere } from '../moving/require-here.ts'
import { requireInteraction } from '../policy/require-interaction.ts'
import { maxReactionsEach, normalizeEmoji, shortcodeIn } from './emoji.ts'
import { getTarget } from './target.ts'
import { notify } from '../notifications/notify.ts'

/**
 * An account of ours puts an emoji under a post; a boost stands for what it boosts. The same again changes nothing.
 * @param emoji one emoji, or the shortcode of a custom one of ours, or that somebody put under this post before
 * @returns what it is put under
 * @throws DomainError `not_found` for what they may not see, `forbidden` where its author does not let them and
 *   to an account that has moved, `invalid` for what is no emoji here, `limited` for more than ten under one post
 */
export async function reactToStatus(
  ctx: Context,
  account: Actor,
  statusId: string,
  emoji: string,
): Promise<Status> {
  requireHere(account)
  return transact(ctx, async (tx) => {
    const { status, author } = await getTarget(tx, account.id, statusId)
    await requireInteraction(tx, status, author, account, 'like')
    const { name, emojiUrl } = await getEmoji(tx, status, emoji)
    await lockReactionsBy(tx.db, account.id, status.id)
    const before = await listReactionsBy(tx.db, account.id, status.id)
    if (before.some((reaction) => reaction.name === name)) return status
    if (before.length >= maxReactionsEach)
      throw new DomainError('invalid', `There are at most ${maxReactionsEach} reactions to one post.`)
    const reaction = { id: tx.newId(), actorId: account.id, statusId: status.id, name, emojiUrl }
    await upsertReaction(tx.db, { ...reaction, statusUri: status.uri, createdAt: tx.now() })
    if (status.uri !== null) await enqueue(tx, 'reaction.created', { reactionId: reaction.id })
    const told = { accountId: author.id, fromId: account.id, statusId: status.id }
    await notify(tx, { ...told, type: 'pleroma:emoji_reaction' })
    return status
  })
}

async function getEmoji(
  { db }: TxContext,
  status: Status,
  text: string,
): Promise<{ name: string; emojiUrl: string | null }> {
  const emoji = normalizeEmoji(text)
  if (emoji !== undefined) return { name: emoji, emojiUrl: null }
  const name = shortcodeIn(text)
  const emojiUrl = name && ((await findEmojiUrl(db, status.id, name)) ?? (await findOwn(db, text, name)))
  if (name && emojiUrl) return { name, emojiUrl }
  throw new DomainError('invalid', `${text} is neither an emoji nor a custom one of this post.`)
}

/** One of ours, unless another server's is meant. */
async function findOwn(db: TxContext['db'], text: string, name: string): Promise<string | undefined> {
  const [own] = text.includes('@') ? [] : await listEmojisNamed(db, [name])
  return own?.url
}
