import { createHash } from 'node:crypto'
import type { Attachment } from '../../db/json.ts'
import { proxiedUrl, type Proxying } from '../../domain/media/proxied-url.ts'

/** https://docs.joinmastodon.org/entities/MediaAttachment/ */
export type MediaJson = {
  readonly id: string
  readonly type: 'image' | 'gifv' | 'video' | 'audio' | 'unknown'
  readonly url: string
  readonly preview_url: string | null
  readonly remote_url: string | null
  readonly description: string | null
  readonly blurhash: string | null
  readonly meta: MediaMetaJson
}

type MediaMetaJson = {
  readonly original?: { width: number; height: number; size: string; aspect: number }
  readonly focus?: { readonly x: number; readonly y: number }
}

export function presentMedia(ctx: Proxying, attachments: readonly Attachment[]): MediaJson[] {
  return attachments.map((attachment) => presentAttachment(ctx, attachment))
}

function presentAttachment(ctx: Proxying, attachment: Attachment): MediaJson {
  const { url, previewUrl, mediaType, description, blurhash } = attachment
  const type = typeOf(mediaType)
  const shown = proxiedUrl(ctx, url)
  const preview = type === 'image' ? shown : null
  return {
    id: idOf(url),
    type,
    url: shown,
    preview_url: previewUrl === undefined ? preview : proxiedUrl(ctx, previewUrl),
    remote_url: shown === url ? null : url,
    description,
    blurhash,
    meta: describe(attachment),
  }
}

function typeOf(mediaType: string): MediaJson['type'] {
  const [kind] = mediaType.split('/')
  return kind === 'image' || kind === 'video' || kind === 'audio' ? kind : 'unknown'
}

/** What others attach has no id here, and apps want one of digits: made of its address, always of 18 digits. */
function idOf(url: string): string {
  const digest = createHash('sha256').update(url).digest().readBigUInt64BE()
  return String(10n ** 17n + (digest % (9n * 10n ** 17n)))
}

function describe({ width, height, focalPoint }: Attachment): MediaMetaJson {
  const isSized = width !== null && height !== null && width > 0 && height > 0
  const original = isSized && { width, height, size: `${width}x${height}`, aspect: width / height }
  const focus = focalPoint !== null && { x: focalPoint[0], y: focalPoint[1] }
  return { ...(original && { original }), ...(focus && { focus }) }
}
