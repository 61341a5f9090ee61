import { Parser } from 'htmlparser2'
import type { Config } from '../../config.ts'
import type { Status } from '../../store/statuses.ts'
import { parseText } from '../statuses/parse-text.ts'

/** As much of a status as tells where it links to. */
export type Linking = Pick<Status, 'isLocal' | 'source' | 'content' | 'quoteUri'> & {
  readonly mentions: readonly { readonly uri: string | null; readonly url: string | null }[]
}

const maxLength = 2000

/**
 * The first link of a status to somewhere else: no mention, no hashtag, and not what it quotes.
 * @returns the address without its fragment, at most 2,000 characters long
 */
export function findLink(config: Pick<Config, 'origin'>, status: Linking): string | undefined {
  const hrefs = status.content === null ? linksOfText(status.source ?? '') : linksOfHtml(status.content)
  const others = new Set(
    [status.quoteUri, ...status.mentions.flatMap(({ uri, url }) => [uri, url])].filter(
      (each) => each !== null,
    ),
  )
  for (const href of hrefs) {
    const url = others.has(href) ? null : readLink(config, href)
    if (url !== null && !others.has(url)) return url
  }
  return undefined
}

/** An address of the web that is not ours, as it is compared; null for anything else. */
export function readLink({ origin }: Pick<Config, 'origin'>, href: string): string | null {
  const url = URL.parse(href)
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) return null
  if (url.host === new URL(origin).host || url.username !== '' || url.password !== '') return null
  url.hash = ''
  return url.href.length <= maxLength ? url.href : null
}

function linksOfText(text: string): string[] {
  return parseText(text).flatMap((piece) => (piece.kind === 'link' ? [piece.href] : []))
}

const marked = /\b(?:mention|hashtag|u-url)\b/
/** Hashtags of Misskey have no class, and what they have is not kept. */
const named = /^\s*[#@\uff03]/

function linksOfHtml(html: string): string[] {
  if (!html.includes('<a ')) return []
  const links: { href: string; text: string }[] = []
  // Within a fallback for a quote, how deep; and whether within a link that counts.
  let [depth, isInside] = [0, false]
  const parser = new Parser({
    onopentag(name, { href, class: classes = '' }) {
      if (depth > 0 || /\bquote-inline\b/.test(classes)) depth += 1
      if (name !== 'a') return
      isInside = depth === 0 && href !== undefined && !marked.test(classes)
      if (isInside) links.push({ href: href!, text: '' })
    },
    ontext(text) {
      const link = links.at(-1)
      if (isInside && link !== undefined) link.text += text
    },
    onclosetag(name) {
      if (depth > 0) depth -= 1
      if (name === 'a') isInside = false
    },
  })
  parser.end(html)
  return links.flatMap(({ href, text }) => (named.test(text) ? [] : [href]))
}
