import type { EmojiDraft, MentionDraft } from '../../../domain/drafts.ts'
import { canonicalUrl, firstUrlOf } from './address.ts'
import { compact, dateOf, firstString, lineOf } from './fields.ts'
import { hasType, objectsOf, valuesOf } from './values.ts'
import { isObject } from './scan.ts'

const MAX_TAGS = 100
const MAX_NAME = 500
const MAX_HASHTAG = 100

/** Everybody once: https://www.w3.org/TR/activitystreams-vocabulary/#dfn-mention */
export function mentionsOf(node: Record<string, unknown>): MentionDraft[] {
  const mentions = tagsOf(node, 'Mention').flatMap((tag) => {
    const href = firstUrlOf(tag, 'href')
    return href === undefined ? [] : { href, name: lineOf(tag, 'name', MAX_NAME) ?? '' }
  })
  return [...new Map(mentions.map((mention) => [mention.href, mention])).values()]
}

/** Letters, digits and what joins them, as Mastodon finds them in a text; never a number alone. */
const hashtag = /^(?=.*[\p{L}\p{M}])[\p{L}\p{M}\p{N}_\u00b7\u200c]+$/u

/** https://swicg.github.io/miscellany/#Hashtag */
export function hashtagsOf(node: Record<string, unknown>): string[] {
  const names = tagsOf(node, 'Hashtag').map((tag) =>
    (lineOf(tag, 'name', MAX_HASHTAG) ?? '')
      .replace(/^[#\uff03]+/, '')
      .normalize('NFKC')
      .toLowerCase(),
  )
  return [...new Set(names)].filter((name) => name.length <= MAX_HASHTAG && hashtag.test(name))
}

const shortcode = /^:?([\w+-]{1,100})(?:@[\w.-]{1,255})?:?$/

/** http://joinmastodon.org/ns#Emoji */
export function emojisOf(node: Record<string, unknown>): EmojiDraft[] {
  const emojis = tagsOf(node, 'Emoji').flatMap((tag) => {
    const [, code] = shortcode.exec(firstString(tag, 'name') ?? '') ?? []
    const url = imageUrlOf(tag, 'icon')
    return code === undefined || url === undefined
      ? []
      : compact({ shortcode: code, url, updated: dateOf(tag, 'updated') })
  })
  return [...new Map(emojis.map((emoji) => [emoji.shortcode, emoji])).values()]
}

/** The relation by the name that everybody took from Misskey, both ways in which it is written, and FEP-044f's own. */
const quoteRelations: ReadonlySet<string | undefined> = new Set([
  'https://misskey-hub.net/ns#_misskey_quote',
  'https://misskey-hub.net/ns/#_misskey_quote',
  'https://w3id.org/fep/044f#quote',
])

/** The post that a link tag says is quoted: https://codeberg.org/fediverse/fep/src/branch/main/fep/e232/fep-e232.md */
export function quotedByTag(node: Record<string, unknown>): string | undefined {
  const quote = tagsOf(node, 'Link').find((tag) => quoteRelations.has(firstString(tag, 'rel')))
  return quote && firstUrlOf(quote, 'href')
}

/** The address of an image that is given as an address, as an Image, or as a Link. The first of several. */
export function imageUrlOf(node: Record<string, unknown>, word: string): string | undefined {
  const [image] = valuesOf(node, word)
  return isObject(image) ? hrefOf(image) : canonicalUrl(image)
}

/** Where the content of a Document or Link is: in `url`, itself perhaps a Link, or in `href`. */
export function hrefOf(document: Record<string, unknown>): string | undefined {
  const [link] = objectsOf(document, 'url')
  return firstUrlOf(document, 'url') ?? (link && firstUrlOf(link, 'href')) ?? firstUrlOf(document, 'href')
}

function tagsOf(node: Record<string, unknown>, type: string): Record<string, unknown>[] {
  return objectsOf(node, 'tag', MAX_TAGS).filter((tag) => hasType(tag, type))
}
