import type { Context } from '../../context.ts'
import { listCustomEmojis } from '../../store/custom-emojis.ts'
import { presentOwnEmoji } from '../entities/emoji.ts'

/** https://docs.joinmastodon.org/methods/custom_emojis/ */
export async function showCustomEmojis(ctx: Context) {
  const emojis = await listCustomEmojis(ctx.db)
  return emojis.filter(({ disabled }) => !disabled).map((emoji) => presentOwnEmoji(ctx, emoji))
}
