import { dayMs } from '../../lib/time.ts'

/** A moment as signatures carry it: whole seconds, since some readers write the fraction otherwise than they read it. */
export function formatMoment(at: Date): string {
  return at.toISOString().replace(/\.\d{3}Z$/, 'Z')
}

const dateTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/

/**
 * Whether something signed at `created` may be believed: it may be old, since a letter may be kept, but not from the
 * future, and not after the end that it set itself.
 */
export function isInForce(options: { created?: unknown; expires?: unknown }, now: Date): boolean {
  const created = parseMoment(options.created)
  if (created === undefined || created > now.getTime() + dayMs) return false
  if (options.expires === undefined) return true
  const expires = parseMoment(options.expires)
  return expires !== undefined && expires > now.getTime()
}

function parseMoment(value: unknown): number | undefined {
  const at = typeof value === 'string' && dateTime.test(value) ? Date.parse(value) : NaN
  return Number.isNaN(at) ? undefined : at
}
