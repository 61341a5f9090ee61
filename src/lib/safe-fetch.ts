import { Agent } from 'undici'
import type { BodySink } from './safe-fetch/body-sink.ts'
import { checkUrl, type UrlPolicy } from './safe-fetch/check-url.ts'
import { createConnector, type Connector } from './safe-fetch/connect.ts'
import { exchange } from './safe-fetch/exchange.ts'
import {
  nextHop,
  redirectLocation,
  requestedUrl,
  type Hop,
  type RedirectRule,
} from './safe-fetch/redirect.ts'
import { requestHeaders, type RequestHeaders } from './safe-fetch/request-headers.ts'
import { createLookup, type ResolveName } from './safe-fetch/resolve-name.ts'
import { GuardedResponse } from './safe-fetch/response.ts'

export type GuardedInit = {
  /** Default `GET`. */
  method?: string
  headers?: RequestHeaders
  /** A Blob is read while it is sent: `openAsBlob` makes one of a file. */
  body?: string | Buffer | Blob
  signal?: AbortSignal | undefined
  /** Limit of the body in bytes, on the wire and decoded. Default 1 MiB. */
  maxBytes?: number
  /** For everything: look-ups, redirects, the last byte of the body. Default 15 s. */
  timeoutMs?: number
  /** `none` (default) returns a redirect as the answer. Only GET and HEAD ever follow one. */
  redirect?: 'none' | RedirectRule
  /**
   * Takes the body of a 2xx answer while it arrives; the response's own body is empty then. A body that is encoded
   * is refused, so ask for `identity`. What the sink throws is the `cause` of a FetchError `aborted`.
   */
  sink?: BodySink
}

/**
 * Requests an address that somebody else chose. Any status is an answer; of one that is not 2xx at most 4 KiB of
 * body are kept.
 * @throws FetchError for everything else that may happen
 */
export type GuardedFetch = (url: string | URL, init?: GuardedInit) => Promise<GuardedResponse>

export type GuardedClient = GuardedFetch &
  AsyncDisposable & {
    /** Ends all sockets; requests under way fail with `aborted`. */
    close(): Promise<void>
  }

export type GuardedFetchOptions = {
  /** For tests and trials: loopback and private addresses, plain http and all ports are reachable. */
  allowPrivateAddress: boolean
  /** `http:`, `https:`, `socks5:` or `socks5h:`, credentials in the URL. The proxy itself may be private. */
  outboundProxy?: string | undefined
  /** Sent with every request, whatever the caller's headers say. */
  userAgent: string
  /** Ports beside 80 and 443. */
  extraPorts?: readonly number[]
  /** In place of DNS. */
  resolve?: ResolveName
  /** PEM certificates of authorities to trust beside Node's own. */
  ca?: string
}

const MAX_BYTES = 1_048_576
const TIMEOUT_MS = 15_000
const MAX_HEADER_BYTES = 16_384
const SOCKETS_PER_ORIGIN = 8

/** Below the 5 s after which Node and Apache close a connection, so that we seldom write into a closed one. */
const KEEP_ALIVE_MS = 4_000
const KEEP_ALIVE_MAX_MS = 10_000

/**
 * The one way out of this process for addresses that a stranger or a member chose. Reaches public addresses
 * only, judged when the socket is opened; bounds bytes, time, redirects and sockets; has no cookies.
 */
export function createGuardedFetch(options: GuardedFetchOptions): GuardedClient {
  const { allowPrivateAddress, extraPorts = [], userAgent, resolve, ca } = options
  const outboundProxy = options.outboundProxy === undefined ? undefined : new URL(options.outboundProxy)
  const policy: UrlPolicy = { allowPrivateAddress, extraPorts, proxied: outboundProxy !== undefined }
  const lookup = createLookup({ allowPrivateAddress, resolve })
  const connector = createConnector({ lookup, outboundProxy, ca })
  const agent = createAgent(connector)

  const send = ({ url, headers }: Hop, init: GuardedInit, deadline: number) => {
    const { method = 'GET', body = null, signal, maxBytes = MAX_BYTES, sink } = init
    const reset = connector.isCrowded()
    const sent = requestHeaders(headers, method, userAgent)
    return exchange(agent, { url, method, headers: sent, body, signal, maxBytes, deadline, reset, sink })
  }

  const guardedFetch: GuardedFetch = async (input, init = {}) => {
    const { method = 'GET', timeoutMs = TIMEOUT_MS, redirect = 'none' } = init
    const deadline = performance.now() + timeoutMs
    let hop: Hop = { url: checkUrl(input, policy), headers: init.headers ?? {} }
    const trail = [hop]
    for (;;) {
      const answer = await send(hop, init, deadline)
      const location = redirect === 'none' ? null : redirectLocation(answer, method)
      if (redirect === 'none' || location === null) return new GuardedResponse(answer, requestedUrl(hop.url))
      hop = await nextHop(trail, location, redirect, policy)
      trail.push(hop)
    }
  }

  const close = () => agent.destroy()
  return Object.assign(guardedFetch, { close, [Symbol.asyncDispose]: close })
}

/** undici's own timeouts are off: every request has a deadline. */
function createAgent({ connect }: Connector): Agent {
  return new Agent({
    connect,
    connections: SOCKETS_PER_ORIGIN,
    pipelining: 1,
    allowH2: false,
    keepAliveTimeout: KEEP_ALIVE_MS,
    keepAliveMaxTimeout: KEEP_ALIVE_MAX_MS,
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: 0,
    bodyTimeout: 0,
  })
}
