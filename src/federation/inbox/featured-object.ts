import type { CanonicalObject } from '../../domain/drafts.ts'
import { firstString } from '../vocab/read/fields.ts'
import { tagNameOf } from '../vocab/tag-name.ts'
import { hasType } from '../vocab/read/values.ts'
import type { Received } from './listener.ts'

/** What an Add or Remove is about, when it is about a collection of the sender's own that we know. */
export type FeaturedObject = { readonly uri: string } | { readonly tag: string }

/**
 * A post, or a hashtag, which has no id. Mastodon names the collection of posts as the target for both: what the object
 * is decides.
 */
export function readFeaturedObject({ activity, actor }: Received): FeaturedObject | undefined {
  const { object, target } = activity
  if (target === undefined) return undefined
  const tag = object.embedded && tagOf(object.embedded)
  if (tag !== undefined) {
    return [actor.featuredUrl, actor.featuredTagsUrl].includes(target) ? { tag } : undefined
  }
  return target === actor.featuredUrl && object.id !== undefined ? { uri: object.id } : undefined
}

function tagOf(object: CanonicalObject): string | undefined {
  return hasType(object, 'Hashtag') ? tagNameOf(firstString(object, 'name')) : undefined
}
