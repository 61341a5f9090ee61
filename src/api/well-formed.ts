import { ApiError } from './errors.ts'

/** Deeper than whatever an app has to say. */
const maxDepth = 30

/**
 * The same parameters with well-formed text everywhere: apps cut text between the halves of a character, and JSON in
 * PostgreSQL takes no half.
 * @throws ApiError 400 for U+0000, for which PostgreSQL has no word, and for what is nested too deeply
 */
export function wellFormedObject(value: object, depth = 0): Record<string, unknown> {
  const entries = Object.entries(value)
  return Object.fromEntries(
    entries.map(([name, each]) => [wellFormedText(name), wellFormed(each, depth + 1)] as const),
  )
}

function wellFormed(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return wellFormedText(value)
  if (typeof value !== 'object' || value === null) return value
  if (depth === maxDepth) throw unreadable()
  if (Array.isArray(value)) return value.map((each) => wellFormed(each, depth + 1))
  return wellFormedObject(value, depth)
}

function wellFormedText(text: string): string {
  if (text.includes('\0')) throw unreadable()
  return text.toWellFormed()
}

function unreadable(): ApiError {
  return new ApiError(400, 'The request cannot be read')
}
