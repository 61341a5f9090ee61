import { findSingleHeader } from './headers.ts'
import { problem } from './types.ts'
import type { HeaderMap } from './headers.ts'
import type { SignatureClaim, SignatureProblem } from './types.ts'

/** Clocks of other servers may be this far off, either way. */
const WINDOW_MS = 3_600_000

/** RFC 9110's IMF-fixdate, with the spellings of its time zone that are seen. */
const HTTP_DATE = /^[A-Z][a-z]{2}, \d{1,2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} (?:GMT|UTC|\+0000)$/

/**
 * Every time that the request states must be near `now`: its Date, the signature's `created`; and its `expires`
 * must lie ahead. At least one of the first two must be stated.
 */
export function checkFreshness(
  headers: HeaderMap,
  claim: SignatureClaim,
  now: Date,
): SignatureProblem | undefined {
  const times: number[] = []
  if (headers.has('date')) times.push(parseHttpDate(findSingleHeader(headers, 'date') ?? ''))
  if (claim.created !== undefined) times.push(claim.created * 1000)
  if (times.length === 0) return problem('missing_date', 'The request states no time.')
  const expires = claim.expires === undefined ? Infinity : claim.expires * 1000
  if ([...times, expires].some(Number.isNaN)) {
    return problem('malformed_date', 'A time of the request cannot be read.')
  }
  if (times.some((time) => Math.abs(time - now.getTime()) > WINDOW_MS)) {
    return problem('outside_time_window', 'The time of the request is more than an hour away from ours.')
  }
  return expires <= now.getTime() ? problem('expired', 'The signature has expired.') : undefined
}

/** Unix milliseconds, or NaN. */
function parseHttpDate(text: string): number {
  return HTTP_DATE.test(text) ? Date.parse(text) : NaN
}
