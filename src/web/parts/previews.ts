import { proxiedUrl } from '../../domain/media/proxied-url.ts'
import type { Attachment } from '../../db/json.ts'
import type { StatusView } from '../../domain/statuses/view.ts'
import type { Actor } from '../../store/actors.ts'
import { markup, type Html } from '../html.ts'
import { openGraph } from '../layout.ts'
import type { Site } from '../media.ts'

/** How other places show what a post carries beside a link to it; what not everybody wants to see they do not show. */
export function previewPost(site: Site, { status, author, boostOf }: StatusView): Html[] {
  const { attachments, sensitive, summary } = boostOf?.status ?? status
  const shown = sensitive || summary !== '' ? [] : attachments.flatMap((media) => previewMedia(site, media))
  return shown.length > 0 ? [...shown, card('summary_large_image')] : previewActor(site, author)
}

/** Their face, where they have one. */
export function previewActor(site: Site, { iconUrl, iconDescription }: Actor): Html[] {
  if (iconUrl === null) return [card('summary')]
  const alt = iconDescription !== null && { 'og:image:alt': iconDescription }
  return [...openGraph({ 'og:image': proxiedUrl(site, iconUrl), ...alt }), card('summary')]
}

/** https://ogp.me/#structured */
function previewMedia(site: Site, media: Attachment): Html[] {
  const { mediaType, url, previewUrl } = media
  const kind = mediaType.split('/', 1)[0]
  if (kind === 'image') return openGraph(describe('og:image', media, proxiedUrl(site, url)))
  const poster = previewUrl === undefined ? [] : openGraph({ 'og:image': proxiedUrl(site, previewUrl) })
  if (kind === 'video') return [...poster, ...openGraph(describe('og:video', media, proxiedUrl(site, url)))]
  const sound = kind === 'audio' && openGraph(describe('og:audio', media, proxiedUrl(site, url)))
  return sound ? [...poster, ...sound] : []
}

function describe(property: string, media: Attachment, url: string): Readonly<Record<string, string>> {
  const { mediaType, width, height, description } = media
  return {
    [property]: url,
    ...(!mediaType.endsWith('/*') && { [`${property}:type`]: mediaType }),
    ...(width !== null && { [`${property}:width`]: String(width) }),
    ...(height !== null && { [`${property}:height`]: String(height) }),
    ...(description !== null && property === 'og:image' && { [`${property}:alt`]: description }),
  }
}

/** https://developer.x.com/en/docs/x-for-websites/cards, which most others read, too. */
function card(kind: 'summary' | 'summary_large_image'): Html {
  return markup`<meta name="twitter:card" content="${kind}">\n`
}
