import { cleanLine, cleanText } from '../../../lib/clean-text.ts'
import { translatedText } from './languages.ts'
import { stringOf, valuesOf } from './values.ts'

/** The first value that is a string, cleaned, on as many lines as it was. `limit` in UTF-16 units. */
export function textOf(node: Record<string, unknown>, word: string, limit: number): string | undefined {
  const text = firstString(node, word)
  return text === undefined ? undefined : cleanText(text, limit)
}

/** The same on one line, and without what would turn the text around it about: names, titles, labels. */
export function lineOf(node: Record<string, unknown>, word: string, limit: number): string | undefined {
  const text = firstString(node, word)
  return text === undefined ? undefined : cleanLine(text, limit)
}

/** The first value that is a string, or a translation where there is nothing else. */
export function firstString(node: Record<string, unknown>, word: string): string | undefined {
  return stringOf(node, word) ?? translatedText(node, word).text
}

export function flagOf(node: Record<string, unknown>, word: string): boolean {
  return valuesOf(node, word)[0] === true
}

/** A count or a size: a whole number from 0 to 2^53 - 1, to which anything greater is cut. */
export function countOf(node: Record<string, unknown>, word: string): number | undefined {
  const [value] = valuesOf(node, word)
  const count = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value
  if (typeof count !== 'number' || Number.isNaN(count) || count < 0) return undefined
  return Math.min(Math.trunc(count), Number.MAX_SAFE_INTEGER)
}

const dateTime = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)\s?([Zz]|[+-]\d\d:?\d\d)?$/

/** A moment in the years 1 to 9999, which is what PostgreSQL, JSON and every client agree on. No zone means UTC. */
export function dateOf(node: Record<string, unknown>, word: string): Date | undefined {
  const match = dateTime.exec(firstString(node, word) ?? '')
  if (!match) return undefined
  const date = new Date(`${match[1]}T${match[2]}${(match[3] ?? 'Z').toUpperCase()}`)
  const year = date.getUTCFullYear()
  return year >= 1 && year <= 9_999 ? date : undefined
}

const DAY_MS = 86_400_000

/** A moment that has been: one that is more than a day ahead of our clock is a wrong clock or a lie. */
export function pastDateOf(node: Record<string, unknown>, word: string, now: Date): Date | undefined {
  const date = dateOf(node, word)
  return date && date.getTime() <= now.getTime() + DAY_MS ? date : undefined
}

/** Drops what is undefined, so that a draft has a key only where the document has a value. */
export function compact<T extends Record<string, unknown>>(draft: T): Present<T> {
  for (const key in draft) if (draft[key] === undefined) delete draft[key]
  return draft as unknown as Present<T>
}

type OptionalKeys<T> = { [K in keyof T]: undefined extends T[K] ? K : never }[keyof T]
type Present<T> = Omit<T, OptionalKeys<T>> & { [K in OptionalKeys<T>]?: Exclude<T[K], undefined> }
