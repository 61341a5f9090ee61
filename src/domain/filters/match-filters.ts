import { htmlToText } from '../../lib/html-to-text.ts'
import type { Filter } from '../../store/filters.ts'
import type { StatusView } from '../statuses/view.ts'

export type FilterMatch = {
  readonly filter: Filter
  readonly keywords: readonly string[]
  readonly statusIds: readonly string[]
}

/** Prepares the filters of a reader that hold at a moment. Each is asked of many statuses. */
export function prepareFilters(filters: readonly Filter[], at: Date): (view: StatusView) => FilterMatch[] {
  const prepared = filters
    .filter(({ expiresAt }) => expiresAt === null || expiresAt > at)
    .map((filter) => ({ filter, patterns: filter.keywords.map(toPattern) }))
  return (view) => {
    const text = prepared.length === 0 ? '' : textOf(view)
    return prepared.flatMap(({ filter, patterns }) => {
      const keywords = patterns.flatMap(({ keyword, pattern }) => (pattern.test(text) ? keyword : []))
      const statusIds = filter.statuses.flatMap(({ statusId }) =>
        statusId === view.status.id ? statusId : [],
      )
      return keywords.length + statusIds.length === 0 ? [] : { filter, keywords, statusIds }
    })
  }
}

/** As Mastodon: a whole word ends where letters, digits and underscores do, if the keyword itself begins or ends so. */
function toPattern({ keyword, wholeWord }: { keyword: string; wholeWord: boolean }) {
  const before = wholeWord && /^[\p{L}\p{M}\p{N}_]/u.test(keyword) ? '(?<![\\p{L}\\p{M}\\p{N}_])' : ''
  const after = wholeWord && /[\p{L}\p{M}\p{N}_]$/u.test(keyword) ? '(?![\\p{L}\\p{M}\\p{N}_])' : ''
  return { keyword, pattern: new RegExp(before + escapeForPattern(keyword) + after, 'iu') }
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

function escapeForPattern(text: string): string {
  return text.replaceAll(/[$()*+./?[\\\]^{|}]/g, String.raw`\$&`)
}
