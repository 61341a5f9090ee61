import { absoluteUrl } from '../../domain/media/absolute-url.ts'
import { uploadLimits } from '../../domain/media/limits.ts'
import type { Context } from '../../context.ts'
import type { Media } from '../../store/media.ts'
import { describeMedia, type MediaJson } from './media.ts'

/** https://docs.joinmastodon.org/entities/MediaAttachment/, for the one who uploaded it. */
export type OwnMediaJson = Omit<MediaJson, 'url'> & {
  /** Null until there is something to be seen or heard. */
  readonly url: string | null
}

/** What a member has uploaded and not posted. */
export function presentOwnMedia({ config }: Pick<Context, 'config'>, media: Media): OwnMediaJson {
  const { key, previewKey, focusX, focusY, duration, frameRate, bitrate } = media
  const address = (name: string | null): string | null =>
    name === null ? null : absoluteUrl(config, `/media/${name}`)
  return {
    id: media.id,
    type: media.kind as MediaJson['type'],
    url: address(key),
    preview_url: address(previewKey),
    remote_url: null,
    description: media.description,
    blurhash: media.blurhash,
    meta: describeMedia({
      width: media.width,
      height: media.height,
      focalPoint: focusX === null || focusY === null ? null : [focusX, focusY],
      ...(duration !== null && { duration }),
      ...(frameRate !== null && { frameRate }),
      ...(bitrate !== null && { bitrate }),
      ...(previewKey !== null && { previewPixels: uploadLimits.previewPixels }),
    }),
  }
}
