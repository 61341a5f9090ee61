import type { Emoji } from '../../db/json.ts'
import { proxiedUrl, type Proxying } from '../../domain/media/proxied-url.ts'

/** https://docs.joinmastodon.org/entities/CustomEmoji/ */
export type EmojiJson = {
  readonly shortcode: string
  readonly url: string
  readonly static_url: string
  readonly visible_in_picker: boolean
}

export function presentEmojis(ctx: Proxying, emojis: readonly Emoji[]): EmojiJson[] {
  return emojis.map(({ shortcode, url }) => {
    const picture = proxiedUrl(ctx, url)
    return { shortcode, url: picture, static_url: picture, visible_in_picker: false }
  })
}
