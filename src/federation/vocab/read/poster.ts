import type { PosterDraft } from '../../../domain/drafts.ts'
import { canonicalUrl, firstUrlOf, sameHost } from './address.ts'
import { descriptionOf, mediaTypeOf, pixelsOf } from './attachments.ts'
import { compact } from './fields.ts'
import { isObject } from './scan.ts'
import { hrefOf } from './tags.ts'
import { hasType, objectsOf, valuesOf } from './values.ts'

const MAX_IMAGES = 10
const MAX_ATTACHMENTS = 16

/**
 * The picture that stands for a longer work: PeerTube has it in `icon`, in several sizes, everybody else in `image`,
 * to which WordPress adds a thumbnail in `icon`. The widest, as far as they say.
 */
export function posterOf(node: Record<string, unknown>): PosterDraft | undefined {
  const images = [...valuesOf(node, 'image', MAX_IMAGES), ...valuesOf(node, 'icon', MAX_IMAGES)]
  return images.flatMap((image) => toPoster(image) ?? []).toSorted(byWidth)[0]
}

function toPoster(image: unknown): PosterDraft | undefined {
  const url = isObject(image) ? hrefOf(image) : canonicalUrl(image)
  if (url === undefined) return undefined
  if (!isObject(image)) return { url }
  return compact({
    url,
    mediaType: mediaTypeOf(image),
    description: descriptionOf(image),
    width: pixelsOf(image, 'width'),
    height: pixelsOf(image, 'height'),
  })
}

function byWidth(one: PosterDraft, other: PosterDraft): number {
  return (other.width ?? 0) - (one.width ?? 0)
}

/**
 * The page that something is about. For Lemmy's posts and Mobilizon's events it is a Link among the attachments; lotide
 * and Friendica have its address where everybody else has that of their own page.
 *
 * @param id of the work itself
 */
export function linkOf(node: Record<string, unknown>, id: string): string | undefined {
  const link = objectsOf(node, 'attachment', MAX_ATTACHMENTS).find((item) => hasType(item, 'Link'))
  return (link && firstUrlOf(link, 'href')) ?? foreignPageOf(node, id)
}

const aboutPages = ['Page', 'Article', 'Event']

function foreignPageOf(node: Record<string, unknown>, id: string): string | undefined {
  const page = firstUrlOf(node, 'url')
  const isAbout = aboutPages.some((type) => hasType(node, type))
  return isAbout && page !== undefined && !sameHost(page, id) ? page : undefined
}
