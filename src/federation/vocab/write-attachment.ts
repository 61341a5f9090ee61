import type { Config } from '../../config.ts'
import type { Attachment, Emoji } from '../../db/json.ts'
import { absoluteUrl } from '../../domain/media/absolute-url.ts'

type Json = Record<string, unknown>

/**
 * Media as Mastodon writes them: https://docs.joinmastodon.org/spec/activitypub/#properties-used. `icon` is the picture
 * that stands for a video or a recording, `duration` how long that is.
 */
export function writeAttachment(config: Config, attachment: Attachment): Json {
  const { mediaType, description, width, height, blurhash, focalPoint } = attachment
  const known = Object.entries({ blurhash, width, height, focalPoint }).filter(([, value]) => value !== null)
  const url = absoluteUrl(config, attachment.url)
  return {
    ...{ type: 'Document', mediaType, url, name: description },
    ...Object.fromEntries(known),
    ...writePlayed(config, attachment),
  }
}

function writePlayed(config: Config, { mediaType, previewUrl, duration }: Attachment): Json {
  if (mediaType.startsWith('image/')) return {}
  return {
    ...(duration !== undefined && { duration: `PT${duration.toFixed(2)}S` }),
    ...(previewUrl !== undefined && { icon: writeImage(config, previewUrl) }),
  }
}

const imageTypes: Readonly<Record<string, string>> = {
  ...{ jpg: 'image/jpeg', jpeg: 'image/jpeg', png: 'image/png', webp: 'image/webp', gif: 'image/gif' },
  ...{ avif: 'image/avif', svg: 'image/svg+xml' },
}

/** @param description for those who do not see it */
export function writeImage(config: Config, path: string, description?: string | null): Json {
  const mediaType = imageTypes[/\.(\w+)$/.exec(path)?.[1] ?? '']
  return {
    type: 'Image',
    ...(mediaType !== undefined && { mediaType }),
    url: absoluteUrl(config, path),
    ...(description && { name: description }),
  }
}

/** http://joinmastodon.org/ns#Emoji */
export function writeEmoji(config: Config, { shortcode, url }: Emoji): Json {
  const icon = { type: 'Image', url: absoluteUrl(config, url) }
  return { type: 'Emoji', name: `:${shortcode}:`, icon }
}
