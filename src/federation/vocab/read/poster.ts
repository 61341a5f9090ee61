import type { PosterDraft } from '../../../domain/drafts.ts'
import { canonicalUrl, firstUrlOf } from './address.ts'
import { pixelsOf } from './attachments.ts'
import { compact } from './fields.ts'
import { isObject } from './scan.ts'
import { hrefOf } from './tags.ts'
import { hasType, objectsOf, valuesOf } from './values.ts'

const MAX_IMAGES = 10
const MAX_ATTACHMENTS = 16

/**
 * The picture that stands for a longer work: PeerTube has it in `icon`, in several sizes, everybody else in `image`.
 * The widest.
 */
export function posterOf(node: Record<string, unknown>): PosterDraft | undefined {
  const images = [...valuesOf(node, 'icon', MAX_IMAGES), ...valuesOf(node, 'image', MAX_IMAGES)]
  return images.flatMap((image) => toPoster(image) ?? []).toSorted(byWidth)[0]
}

function toPoster(image: unknown): PosterDraft | undefined {
  const url = isObject(image) ? hrefOf(image) : canonicalUrl(image)
  if (url === undefined) return undefined
  if (!isObject(image)) return { url }
  return compact({ url, width: pixelsOf(image, 'width'), height: pixelsOf(image, 'height') })
}

function byWidth(one: PosterDraft, other: PosterDraft): number {
  return (other.width ?? 0) - (one.width ?? 0)
}

/** The page that a Lemmy post is about, or the website of a Mobilizon event: a Link among the attachments. */
export function linkOf(node: Record<string, unknown>): string | undefined {
  const link = objectsOf(node, 'attachment', MAX_ATTACHMENTS).find((item) => hasType(item, 'Link'))
  return link && firstUrlOf(link, 'href')
}
