import type { EmbeddedActivityDraft } from '../../domain/drafts.ts'
import { normalizeEmoji, shortcodeIn } from '../../domain/interactions/emoji.ts'
import type { ReactionDraft } from '../../domain/interactions/receive-reaction.ts'

type Source = Pick<EmbeddedActivityDraft, 'content' | 'emojis'>

const heart = '❤️'

/**
 * The emoji of an EmojiReact: one of Unicode, or a custom one with its picture in `tag`. Shortcodes come with and without
 * colons, and with the host that a custom emoji is from.
 *
 * @see http://litepub.social/ns#EmojiReact
 */
export function readReaction({ content, emojis }: Source): ReactionDraft | undefined {
  const text = content?.trim() ?? ''
  const emoji = normalizeEmoji(text)
  if (emoji !== undefined) return { name: emoji, emojiUrl: null }
  const name = shortcodeIn(text)
  const custom = emojis.find(({ shortcode }) => shortcode === name)
  return custom && { name: custom.shortcode, emojiUrl: custom.url }
}

/**
 * The emoji of a Like: Misskey and its forks call every reaction so. A heart, and words that are no emoji, make it the
 * plain like that it would be without them.
 */
export function readLikeReaction(source: Source): ReactionDraft | undefined {
  const reaction = readReaction(source)
  return reaction?.name === heart ? undefined : reaction
}
