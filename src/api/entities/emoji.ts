import type { Emoji } from '../../db/json.ts'
import type { CustomEmoji } from '../../store/custom-emojis.ts'
import { proxiedUrl, type Proxying } from '../../domain/media/proxied-url.ts'

/** https://docs.joinmastodon.org/entities/CustomEmoji/ */
export type EmojiJson = {
  readonly shortcode: string
  readonly url: string
  readonly static_url: string
  readonly visible_in_picker: boolean
}

/** One of ours, as apps let members choose it. */
export function presentOwnEmoji(ctx: Proxying, emoji: CustomEmoji) {
  const { shortcode, category, visibleInPicker, key, staticKey } = emoji
  return {
    shortcode,
    url: proxiedUrl(ctx, `/media/${key}`),
    static_url: proxiedUrl(ctx, `/media/${staticKey}`),
    visible_in_picker: visibleInPicker,
    ...(category !== null && { category }),
  }
}

export function presentEmojis(ctx: Proxying, emojis: readonly Emoji[]): EmojiJson[] {
  return emojis.map(({ shortcode, url }) => {
    const picture = proxiedUrl(ctx, url)
    return { shortcode, url: picture, static_url: picture, visible_in_picker: false }
  })
}
