import { firstIdAt } from '../../lib/ids.ts'
import { dayMs } from '../../lib/time.ts'

/** A condition of a search, and whether it must not hold. */
export type SearchCondition = {
  readonly kind: 'from' | 'has' | 'is' | 'language' | 'in'
  readonly value: string
  readonly isNegated: boolean
}

export type SearchQuery = {
  /** As `websearch_to_tsquery` reads them: "quoted phrases", and words that must not be there after a minus. */
  readonly words: string
  readonly conditions: readonly SearchCondition[]
  /** Of ids: not below, and below. */
  readonly atLeast: string | undefined
  readonly below: string | undefined
}

const mostConditions = 20
const operator = /^(-?)(from|has|is|language|in|before|after|during):(\S+)$/i

/**
 * Takes the operators out of what somebody searches for: https://docs.joinmastodon.org/user/network/#search. Days are
 * of UTC; what is no day is a word like others.
 */
export function readSearchQuery(text: string): SearchQuery {
  const words: string[] = []
  const conditions: SearchCondition[] = []
  const spans: Span[] = []
  for (const token of text.match(/-?"[^"]*"?|\S+/g) ?? []) {
    const [, minus, name = '', value = ''] = operator.exec(token) ?? []
    const kind = name.toLowerCase()
    const span = readSpan(kind, value)
    if (span !== undefined) spans.push(span)
    else if (isCondition(kind)) conditions.push({ kind, value, isNegated: minus === '-' })
    else words.push(token)
  }
  return {
    words: words.join(' '),
    conditions: conditions.slice(0, mostConditions),
    atLeast: idAt(Math.max(...spans.map(({ begin }) => begin))),
    below: idAt(Math.min(...spans.map(({ end }) => end))),
  }
}

function isCondition(kind: string): kind is SearchCondition['kind'] {
  return ['from', 'has', 'is', 'language', 'in'].includes(kind)
}

/** Milliseconds since 1970. */
type Span = { readonly begin: number; readonly end: number }

function readSpan(kind: string, value: string): Span | undefined {
  const day = readDay(value)
  if (day === undefined) return undefined
  if (kind === 'before') return { begin: -Infinity, end: day }
  if (kind === 'after') return { begin: day + dayMs, end: Infinity }
  return kind === 'during' ? { begin: day, end: day + dayMs } : undefined
}

function idAt(moment: number): string | undefined {
  return Number.isFinite(moment) ? firstIdAt(new Date(moment)) : undefined
}

/** @returns when a day begins */
function readDay(value: string): number | undefined {
  const at = /^\d{4}-\d{2}-\d{2}$/.test(value) ? Date.parse(`${value}T00:00:00Z`) : Number.NaN
  return Number.isNaN(at) || at < 0 ? undefined : at
}
