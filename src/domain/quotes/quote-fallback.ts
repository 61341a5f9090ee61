import { escapeHtml } from '../statuses/render-post.ts'

type Quote = {
  readonly state: string
  readonly uri: string
  readonly view: { readonly url: string } | null
  readonly isWithheld?: boolean
}

/** Whether the quoted post itself is shown with the one that quotes it. */
export function isQuoteShown({ state, view }: Quote): boolean {
  return state === 'accepted' && view !== null
}

/** Whether a post of ours says what it quotes at all: not where the quoted author does not want it to. */
export function namesQuote({ state }: Quote): boolean {
  return state === 'accepted' || state === 'pending'
}

/**
 * The line by which a post names what it quotes to readers who know no quotes, as Mastodon writes it; everybody who
 * knows them leaves out what has this class.
 */
export function quoteFallback({ uri, view }: Quote): string {
  const link = escapeHtml(view?.url ?? uri)
  return `<p class="quote-inline">RE: <a href="${link}" rel="nofollow noopener" target="_blank">${link}</a></p>`
}

const opening = /<(p|span)\b[^>]*\bclass="(?:[^"]*\s)?quote-inline(?:\s[^"]*)?"[^>]*>/

/** The content of a post of ours: with the line where that is all there is to see of what it quotes. */
export function withQuoteFallback(html: string, quote: Quote | null): string {
  const isLinked = quote !== null && namesQuote(quote) && !isQuoteShown(quote) && quote.isWithheld !== true
  return isLinked ? quoteFallback(quote) + html : html
}

/** Sanitised or own HTML without that line, for where the quoted post itself is shown: Misskey writes a span. */
export function withoutQuoteFallback(html: string): string {
  const start = opening.exec(html)
  if (start === null) return html
  const end = endOfElement(html, start[1] ?? 'p', start.index + start[0].length)
  return html.slice(0, start.index) + html.slice(end)
}

/** Where the element ends whose content begins at `from`; well-formed HTML closes what it opens. */
function endOfElement(html: string, name: string, from: number): number {
  const tags = new RegExp(`<(/?)${name}\\b[^>]*>`, 'g')
  tags.lastIndex = from
  let depth = 1
  for (let tag = tags.exec(html); tag !== null; tag = tags.exec(html)) {
    depth += tag[1] === '/' ? -1 : 1
    if (depth === 0) return tags.lastIndex
  }
  return html.length
}
