import { checkUrl, type UrlPolicy } from './check-url.ts'
import type { Exchanged } from './exchange.ts'
import { FetchError } from './fetch-error.ts'
import { headersForOtherOrigin, type RequestHeaders } from './request-headers.ts'

export type RedirectRule = {
  /** Default 5. */
  max?: number
  /**
   * The headers for a further hop, so that a signature can be made for it. Without it, another origin gets
   * nothing but the `Accept` headers.
   */
  onHop?: (url: URL) => RequestHeaders | Promise<RequestHeaders>
}

export type Hop = {
  readonly url: URL
  readonly headers: RequestHeaders
}

const MAX_REDIRECTS = 5
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])

export function isRedirect(status: number): boolean {
  return REDIRECTS.has(status)
}

/** Where the answer points instead of being one, or null. A body is never sent a second time. */
export function redirectLocation({ status, headers }: Exchanged, method: string): string | null {
  if (method !== 'GET' && method !== 'HEAD') return null
  return isRedirect(status) ? headers.get('location') : null
}

/**
 * Judges a redirect like a first request.
 * @param trail the hops so far
 * @throws FetchError `redirect` for one too many, a circle or a step down to http; what checkUrl throws
 */
export async function nextHop(
  trail: readonly Hop[],
  location: string,
  rule: RedirectRule,
  policy: UrlPolicy,
): Promise<Hop> {
  const from = trail.at(-1) as Hop
  const { host } = from.url
  const { max = MAX_REDIRECTS } = rule
  if (trail.length > max) throw new FetchError('redirect', `${host}: more than ${max} redirects`)
  const url = checkUrl(location, policy, from.url)
  if (from.url.protocol === 'https:' && url.protocol === 'http:') {
    throw new FetchError('redirect', `${host}: redirects from https to http`)
  }
  const requested = requestedUrl(url)
  if (trail.some((hop) => requestedUrl(hop.url) === requested)) {
    throw new FetchError('redirect', `${host}: redirects in a circle`)
  }
  return { url, headers: await headersFor(url, from, rule) }
}

/** What the other side sees: the URL without its fragment. */
export function requestedUrl({ origin, pathname, search }: URL): string {
  return origin + pathname + search
}

async function headersFor(url: URL, from: Hop, { onHop }: RedirectRule): Promise<RequestHeaders> {
  if (onHop !== undefined) return onHop(url)
  return url.origin === from.url.origin ? from.headers : headersForOtherOrigin(from.headers)
}
