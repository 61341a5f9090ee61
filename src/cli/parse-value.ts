import { isId } from '../lib/ids.ts'
import { UsageError } from './usage-error.ts'

/** @throws UsageError when it cannot be the id of anything */
export function parseId(value: string): string {
  if (isId(value)) return value
  throw new UsageError(`${value} is not an id: an id is a number, as \`post\` and \`timeline\` print it.`)
}

/** @throws UsageError unless it is a whole number from 1 to 1,000 */
export function parseLimit(value: string | undefined, fallback: number): number {
  if (value === undefined) return fallback
  const limit = /^\d{1,4}$/.test(value) ? Number(value) : 0
  if (limit >= 1 && limit <= 1000) return limit
  throw new UsageError('--limit must be a number from 1 to 1000.')
}
