import type { GuardedFetch, GuardedInit } from '../safe-fetch.ts'
import { FetchError } from './fetch-error.ts'
import { isRedirect } from './redirect.ts'
import type { GuardedResponse } from './response.ts'

/** Answers that have no body, not even an empty one (Fetch Standard, "null body status"). */
const NULL_BODY_STATUSES: ReadonlySet<number> = new Set([204, 205, 304])

/**
 * Gives the guarded client the shape of the Fetch Standard, for libraries that know no other. Bodies are
 * buffered, `data:` and `blob:` URLs are refused, and only GET and HEAD follow redirects. As the standard
 * wants, a failure is a TypeError (its cause the FetchError), an abort rejects with the signal's reason.
 */
function asGlobalFetch(guarded: GuardedFetch): typeof globalThis.fetch {
  return async (input, init) => {
    const request = new Request(input, init)
    try {
      const answer = await guarded(request.url, await initOf(request))
      if (request.redirect === 'error' && isRedirect(answer.status)) {
        throw new FetchError('redirect', `${new URL(answer.url).host}: redirects`)
      }
      return responseOf(answer, request)
    } catch (cause) {
      request.signal.throwIfAborted()
      throw new TypeError('fetch failed', { cause })
    }
  }
}

/**
 * Replaces `globalThis.fetch`, so that nothing that runs in this process reaches an address unguarded.
 * @returns puts the former one back
 */
export function installGuardedGlobalFetch(guarded: GuardedFetch): () => void {
  const former = globalThis.fetch
  const installed = asGlobalFetch(guarded)
  globalThis.fetch = installed
  return () => {
    if (globalThis.fetch === installed) globalThis.fetch = former
  }
}

async function initOf(request: Request): Promise<GuardedInit> {
  const { method, headers, signal } = request
  const redirect = request.redirect === 'follow' ? {} : 'none'
  if (request.body === null) return { method, headers, signal, redirect }
  const body = Buffer.from(await request.arrayBuffer())
  return { method, headers, signal, redirect, body }
}

function responseOf({ status, headers, url, body }: GuardedResponse, request: Request): Response {
  const content = NULL_BODY_STATUSES.has(status) ? null : new Uint8Array(body)
  const response = new Response(content, { status, headers })
  const redirected = url !== request.url.split('#', 1)[0]
  return Object.defineProperties(response, { url: { value: url }, redirected: { value: redirected } })
}
