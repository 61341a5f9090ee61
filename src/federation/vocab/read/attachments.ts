import type { AttachmentDraft } from '../../../domain/drafts.ts'
import { compact, countOf, firstString, lineOf, textOf } from './fields.ts'
import { hasType, objectsOf, typesOf, valuesOf } from './values.ts'
import { hrefOf } from './tags.ts'

const MAX_ATTACHMENTS = 16
const MAX_DESCRIPTION = 1_500
const MAX_PIXELS = 100_000

const mediaTypePattern = /^(image|video|audio)\/[\w.+-]{1,100}$/
const blurhashPattern = /^[\w#$%*+,\-.:;=?@[\]^{|}~]{6,100}$/

/**
 * Media that a post carries. An attachment that is a mere link (Lemmy's pages) is no media. For a Video or Audio
 * (PeerTube) the media are the post's own links.
 */
export function attachmentsOf(node: Record<string, unknown>): AttachmentDraft[] {
  const attached = objectsOf(node, 'attachment', MAX_ATTACHMENTS).flatMap((item) => attachmentOf(item) ?? [])
  return attached.length > 0 ? attached : ownMediaOf(node)
}

function attachmentOf(item: Record<string, unknown>): AttachmentDraft | undefined {
  const url = hrefOf(item)
  const mediaType = mediaTypeOf(item) ?? objectsOf(item, 'url').map(mediaTypeOf)[0]
  const type = url === undefined ? undefined : kindOf(item, mediaType, url)
  if (url === undefined || type === undefined) return undefined
  const blurhash = firstString(item, 'blurhash')
  return compact({
    type,
    url,
    mediaType,
    description: descriptionOf(item),
    width: pixelsOf(item, 'width'),
    height: pixelsOf(item, 'height'),
    blurhash: blurhash !== undefined && blurhashPattern.test(blurhash) ? blurhash : undefined,
    focalPoint: focalPointOf(item),
  })
}

/** What those hear who do not see a picture of an actor. */
export function imageDescriptionOf(node: Record<string, unknown>, word: string): string | undefined {
  const [image] = objectsOf(node, word)
  return image && descriptionOf(image)
}

/** Nothing is no description: whoever writes one wants it to be read. */
export function descriptionOf(item: Record<string, unknown>): string | undefined {
  return textOf(item, 'name', MAX_DESCRIPTION) || textOf(item, 'summary', MAX_DESCRIPTION) || undefined
}

export function mediaTypeOf(item: Record<string, unknown>): string | undefined {
  const mediaType = lineOf(item, 'mediaType', 110)?.toLowerCase()
  return mediaType !== undefined && mediaTypePattern.test(mediaType) ? mediaType : undefined
}

function kindOf(
  item: Record<string, unknown>,
  mediaType: string | undefined,
  url: string,
): AttachmentDraft['type'] | undefined {
  const kind = mediaType?.split('/')[0]
  if (kind === 'image' || kind === 'video' || kind === 'audio') return kind
  const types = typesOf(item)
  if (types.includes('Image')) return 'image'
  if (types.includes('Video')) return 'video'
  if (types.includes('Audio')) return 'audio'
  return types.includes('Document') ? (kindByName(url) ?? 'unknown') : undefined
}

/** BookWyrm names no media type, but its files. */
function kindByName(url: string): AttachmentDraft['type'] | undefined {
  const extension = /\.(\w+)$/.exec(URL.parse(url)?.pathname ?? '')?.[1]?.toLowerCase()
  if (extension === undefined) return undefined
  return extensions.find(([, names]) => names.includes(extension))?.[0]
}

const extensions: [AttachmentDraft['type'], string[]][] = [
  ['image', ['jpg', 'jpeg', 'png', 'gif', 'webp', 'avif']],
  ['video', ['mp4', 'm4v', 'webm', 'mov']],
  ['audio', ['mp3', 'ogg', 'oga', 'opus', 'flac', 'm4a', 'wav']],
]

export function pixelsOf(item: Record<string, unknown>, word: string): number | undefined {
  const pixels = countOf(item, word)
  return pixels !== undefined && pixels > 0 && pixels <= MAX_PIXELS ? pixels : undefined
}

/** http://joinmastodon.org/ns#focalPoint */
function focalPointOf(item: Record<string, unknown>): [number, number] | undefined {
  const [x, y, ...rest] = valuesOf(item, 'focalPoint')
  return isFraction(x) && isFraction(y) && rest.length === 0 ? [x, y] : undefined
}

function isFraction(value: unknown): value is number {
  return typeof value === 'number' && value >= -1 && value <= 1
}

const MAX_LINKS = 100
/** What most screens show, and most connections carry. */
const FITTING_HEIGHT = 720

function ownMediaOf(node: Record<string, unknown>): AttachmentDraft[] {
  const links = objectsOf(node, 'url', MAX_LINKS)
  const streams = links.filter((link) => lineOf(link, 'mediaType', 110)?.toLowerCase() === playlistType)
  const files = [links, ...streams.map((stream) => objectsOf(stream, 'tag', MAX_LINKS))]
    .map((each) => each.filter(isPlayable))
    .find((each) => each.length > 0)
  const chosen = files?.toSorted(byFittingHeight)[0] ?? (hasType(node, 'Image') ? node : undefined)
  const media = chosen && mediaTypeOf(chosen) !== undefined ? attachmentOf(chosen) : undefined
  return media ? [media] : []
}

/** Of a PeerTube that streams only, the files are tags of the playlist. */
const playlistType = 'application/x-mpegurl'

function isPlayable(link: Record<string, unknown>): boolean {
  return /^(video|audio)\//.test(mediaTypeOf(link) ?? '')
}

/** The highest that fits first, then the lowest that does not. */
function byFittingHeight(one: Record<string, unknown>, other: Record<string, unknown>): number {
  const [a, b] = [countOf(one, 'height') ?? 0, countOf(other, 'height') ?? 0]
  if (a <= FITTING_HEIGHT && b <= FITTING_HEIGHT) return b - a
  return a - b
}
