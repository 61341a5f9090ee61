import { find } from 'linkifyjs'

/** A piece of a post's source text. Offsets are not kept: the pieces joined give the text again. */
export type Piece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'link'; readonly text: string; readonly href: string }
  | {
      readonly kind: 'mention'
      readonly text: string
      readonly username: string
      readonly domain: string | null
    }
  | { readonly kind: 'hashtag'; readonly text: string; readonly tag: string }

/** `@name` or `@name@domain`, not inside a word or an address; `#tag` of letters, digits and `_`, not all digits. */
const token =
  /(?<![\w/@.])@(?<username>[a-z0-9_]+)(?:@(?<domain>[a-z0-9.-]+[a-z0-9](?::\d+)?))?(?![\w@])|(?<![\p{L}\p{N}_/&#])#(?<tag>(?=[\p{N}_]*[\p{L}])[\p{L}\p{M}\p{N}_]{1,100})/giu

/** Cuts a post's text into what is linked and what is not. */
export function parseText(text: string): Piece[] {
  const pieces: Piece[] = []
  let position = 0
  for (const url of find(text, 'url').filter(isWebLink)) {
    pieces.push(...parseTokens(text.slice(position, url.start)))
    pieces.push({ kind: 'link', text: url.value, href: url.href })
    position = url.end
  }
  return [...pieces, ...parseTokens(text.slice(position))]
}

/** Bare domains are left alone: too many sentences without a space after the full stop look like one. */
function isWebLink(link: { value: string; href: string }): boolean {
  return /^https?:\/\//i.test(link.value) && URL.canParse(link.href)
}

function parseTokens(text: string): Piece[] {
  const pieces: Piece[] = []
  let position = 0
  for (const match of text.matchAll(token)) {
    if (match.index > position) pieces.push({ kind: 'text', text: text.slice(position, match.index) })
    const { username, domain, tag } = match.groups ?? {}
    if (tag !== undefined) pieces.push({ kind: 'hashtag', text: match[0], tag })
    else
      pieces.push({
        kind: 'mention',
        text: match[0],
        username: username ?? '',
        domain: domain?.toLowerCase() ?? null,
      })
    position = match.index + match[0].length
  }
  if (position < text.length) pieces.push({ kind: 'text', text: text.slice(position) })
  return pieces
}

/** Hashtags as they are compared: compatibility forms and case folded. */
export function normalizeTag(tag: string): string {
  return tag.normalize('NFKC').toLowerCase()
}
