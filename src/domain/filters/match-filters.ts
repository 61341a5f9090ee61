import { htmlToText } from '../../lib/html-to-text.ts'
import type { Filter } from '../../store/filters.ts'
import type { StatusView } from '../statuses/view.ts'
import { fold, sieveFor } from './word-sieve.ts'

export type FilterMatch = {
  readonly filter: Filter
  readonly keywords: readonly string[]
  readonly statusIds: readonly string[]
}

/** Prepares the filters of a reader that hold at a moment. Each is asked of many statuses. */
export function prepareFilters(filters: readonly Filter[], at: Date): (view: StatusView) => FilterMatch[] {
  const prepared = filters
    .filter(({ expiresAt }) => expiresAt === null || expiresAt > at)
    .map((filter) => ({ filter, words: filter.keywords.map(toWord) }))
  const mayMatch = sieveFor(prepared.flatMap(({ words }) => words.flatMap(({ folded }) => folded || [])))
  return (view) => {
    const text = prepared.length === 0 ? '' : fold(textOf(view))
    const hasWords = mayMatch(text)
    return prepared.flatMap(({ filter, words }) => {
      const found = hasWords ? words.filter((word) => stands(word, text)) : []
      const keywords = found.map(({ keyword }) => keyword)
      const statusIds = filter.statuses.flatMap(({ statusId }) =>
        statusId === view.status.id ? statusId : [],
      )
      return keywords.length + statusIds.length === 0 ? [] : { filter, keywords, statusIds }
    })
  }
}

type Word = {
  readonly keyword: string
  readonly folded: string
  /** Nothing of a word may stand before it, or behind it. */
  readonly isBegun: boolean
  readonly isEnded: boolean
}

const wordBegins = /^[\p{L}\p{M}\p{N}_]/u
const wordEnds = /[\p{L}\p{M}\p{N}_]$/u

/** As Mastodon: a whole word ends where letters, digits and underscores do, if the keyword itself begins or ends so. */
function toWord({ keyword, wholeWord }: { keyword: string; wholeWord: boolean }): Word {
  const folded = fold(keyword)
  const [isBegun, isEnded] = [wholeWord && wordBegins.test(folded), wholeWord && wordEnds.test(folded)]
  return { keyword, folded, isBegun, isEnded }
}

function stands({ folded, isBegun, isEnded }: Word, text: string): boolean {
  if (folded === '') return false
  for (let at = text.indexOf(folded); at >= 0; at = text.indexOf(folded, at + 1)) {
    const end = at + folded.length
    // Two units: a character may take both.
    const isInside = isBegun && wordEnds.test(text.slice(Math.max(0, at - 2), at))
    if (!isInside && !(isEnded && wordBegins.test(text.slice(end, end + 2)))) return true
  }
  return false
}

/** Everything that somebody reads of a status: the warning, the text, what is voted on and what pictures show. */
function textOf({ status, contentHtml, poll }: StatusView): string {
  const descriptions = status.attachments.map(({ description }) => description ?? '')
  return [
    status.summary,
    htmlToText(contentHtml),
    ...(poll?.options ?? []).map(String),
    ...descriptions,
  ].join('\n\n')
}
