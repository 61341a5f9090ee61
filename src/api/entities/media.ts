import { createHash } from 'node:crypto'
import type { Attachment } from '../../db/json.ts'
import { uploadLimits } from '../../domain/media/limits.ts'
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

type PictureJson = { width: number; height: number; size: string; aspect: number }
type PlayedJson = { duration?: number; frame_rate?: string; bitrate?: number }

type MediaMetaJson = {
  readonly original?: Partial<PictureJson> & PlayedJson
  readonly small?: PictureJson
  readonly focus?: { readonly x: number; readonly y: number }
  /** As people read it: `0:01:02.50`. */
  readonly length?: string
  readonly duration?: number
  readonly fps?: number
  readonly width?: number
  readonly height?: number
  readonly size?: string
  readonly aspect?: number
}

export function presentMedia(ctx: Proxying, attachments: readonly Attachment[]): MediaJson[] {
  return attachments.map((attachment) => presentAttachment(ctx, attachment))
}

function presentAttachment(ctx: Proxying, attachment: Attachment): MediaJson {
  const { url, previewUrl, description, blurhash, mediaId } = attachment
  const type = typeOf(attachment)
  const shown = proxiedUrl(ctx, url)
  const preview = type === 'image' ? shown : null
  const previewPixels =
    mediaId === undefined || previewUrl === undefined ? undefined : uploadLimits.previewPixels
  return {
    id: mediaId ?? idOf(url),
    type,
    url: shown,
    preview_url: previewUrl === undefined ? preview : proxiedUrl(ctx, previewUrl),
    remote_url: mediaId !== undefined || shown === url ? null : url,
    description,
    blurhash,
    meta: describeMedia({ ...attachment, ...(previewPixels !== undefined && { previewPixels }) }),
  }
}

function typeOf({ mediaType, isLoop = false }: Attachment): MediaJson['type'] {
  if (isLoop) return 'gifv'
  const [kind] = mediaType.split('/')
  return kind === 'image' || kind === 'video' || kind === 'audio' ? kind : 'unknown'
}

/** What others attach has no id here, and apps want one of digits: made of its address, always of 18 digits. */
function idOf(url: string): string {
  const digest = createHash('sha256').update(url).digest().readBigUInt64BE()
  return String(10n ** 17n + (digest % (9n * 10n ** 17n)))
}

type Measured = Pick<Attachment, 'width' | 'height' | 'focalPoint' | 'duration' | 'frameRate' | 'bitrate'> & {
  /** How many the small picture has at most, where there is one of ours. */
  readonly previewPixels?: number
}

/** What apps lay out pages by, before they have the files. */
export function describeMedia(measured: Measured): MediaMetaJson {
  const { width, height, focalPoint, duration, frameRate, bitrate, previewPixels } = measured
  const picture = describePicture(width, height)
  const played = {
    ...(duration !== undefined && { duration }),
    ...(frameRate !== undefined && { frame_rate: frameRate }),
    ...(bitrate !== undefined && { bitrate }),
  }
  const original = { ...picture, ...played }
  const fps = Math.round(rateOf(frameRate ?? ''))
  const small = picture && previewPixels !== undefined ? shrink(picture, previewPixels) : undefined
  return {
    ...(Object.keys(original).length > 0 && { original }),
    ...(small && { small }),
    ...(focalPoint !== null && { focus: { x: focalPoint[0], y: focalPoint[1] } }),
    ...(duration !== undefined && { ...picture, length: formatLength(duration), duration }),
    ...(fps > 0 && { fps }),
  }
}

function describePicture(width: number | null, height: number | null): PictureJson | undefined {
  if (width === null || height === null || width <= 0 || height <= 0) return undefined
  return { width, height, size: `${width}x${height}`, aspect: width / height }
}

function shrink({ width, height }: PictureJson, pixels: number): PictureJson | undefined {
  const ratio = Math.min(1, Math.sqrt(pixels / (width * height)))
  return describePicture(Math.max(1, Math.round(width * ratio)), Math.max(1, Math.round(height * ratio)))
}

function formatLength(duration: number): string {
  const minutes = Math.floor(duration / 60)
  const seconds = (duration % 60).toFixed(2).padStart(5, '0')
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}:${seconds}`
}

function rateOf(ratio: string): number {
  const [frames = 0, seconds = 1] = ratio.split('/').map(Number)
  return frames > 0 && seconds > 0 ? frames / seconds : 0
}
