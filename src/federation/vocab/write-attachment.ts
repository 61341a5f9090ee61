import type { Config } from '../../config.ts'
import type { Attachment, Emoji } from '../../db/json.ts'

type Json = Record<string, unknown>

/** Media as Mastodon writes them: https://docs.joinmastodon.org/spec/activitypub/#properties-used */
export function writeAttachment(config: Config, attachment: Attachment): Json {
  const { mediaType, description, width, height, blurhash, focalPoint } = attachment
  const known = Object.entries({ blurhash, width, height, focalPoint }).filter(([, value]) => value !== null)
  const url = new URL(attachment.url, config.origin).href
  return { type: 'Document', mediaType, url, name: description, ...Object.fromEntries(known) }
}

/** http://joinmastodon.org/ns#Emoji */
export function writeEmoji(config: Config, { shortcode, url }: Emoji): Json {
  const icon = { type: 'Image', url: new URL(url, config.origin).href }
  return { type: 'Emoji', name: `:${shortcode}:`, icon }
}
