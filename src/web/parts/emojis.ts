import type { Emoji } from '../../db/json.ts'
import { escapeHtml } from '../../domain/statuses/render-post.ts'
import { markup, raw, renderHtml, type Html } from '../html.ts'
import { mediaSource, type Site } from '../media.ts'

/** A tag as our sanitiser and our templates write it; everything between two of them is text. */
const tag = /(<\/?[a-z](?:[^<>"]|"[^"]*")*>)/i

/** Not in the middle of a word or a number, as in `10:30:45`. */
const shortcode = /(?<![\p{L}\p{N}]):([\w+-]{1,100}):(?![\p{L}\p{N}])/gu

/** What is quoted from a program is left as it is. */
const verbatim = /^<(\/?)(?:code|pre)[\s>]/i

/** Text with pictures in place of the shortcodes of custom emoji. */
export function textWithEmojis(site: Site, text: string, emojis: readonly Emoji[]): Html {
  return raw(replaceIn(site, escapeHtml(text), emojis))
}

/**
 * The same in sanitised HTML: in its text, never in a tag or an attribute, and not within code.
 * @param html must be well-formed, with `<` and `>` escaped in text and attributes in double quotes
 */
export function htmlWithEmojis(site: Site, html: string, emojis: readonly Emoji[]): Html {
  if (emojis.length === 0) return raw(html)
  let depth = 0
  const pieces = html.split(tag).map((piece, index) => {
    if (index % 2 === 0) return depth === 0 ? replaceIn(site, piece, emojis) : piece
    const code = verbatim.exec(piece)
    if (code !== null) depth += code[1] === '' ? 1 : -1
    return piece
  })
  return raw(pieces.join(''))
}

function replaceIn(site: Site, escaped: string, emojis: readonly Emoji[]): string {
  return escaped.replace(shortcode, (written, code: string) => {
    const emoji = emojis.find((each) => each.shortcode === code)
    return emoji === undefined ? written : renderHtml(picture(site, emoji))
  })
}

function picture(site: Site, { shortcode: code, url }: Emoji): Html {
  const name = `:${code}:`
  return markup`<img class="emoji" src="${mediaSource(site, url)}" alt="${name}" title="${name}" width="20" height="20" loading="lazy">`
}
