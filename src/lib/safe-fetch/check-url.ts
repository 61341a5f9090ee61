import { isIP } from 'node:net'
import { isPublicAddress } from '../addresses.ts'
import { FetchError } from './fetch-error.ts'

export type UrlPolicy = {
  /** Loopback and private addresses, plain http and every port are in order: tests and trials only. */
  readonly allowPrivateAddress: boolean
  /** A proxy resolves names, so `.onion` may be reached. */
  readonly proxied: boolean
  /** Ports beside 80 and 443. */
  readonly extraPorts: readonly number[]
}

/** The URL parser drops tabs and line breaks silently: what it would have to repair, we refuse. */
// oxlint-disable-next-line no-control-regex
const CONTROL_CHARACTERS = /[\u0000-\u001f\u007f-\u009f]|%0[0ad]/i

/** Names that never mean a public host: one label, or reserved (RFC 6761, 6762, 8375, ICANN's `.internal`). */
const PRIVATE_NAME = /^[^.]+\.?$|\.(localhost|local|internal|home\.arpa)\.?$/

const ONION_NAME = /\.onion\.?$/

/**
 * Parses an address that somebody else chose and refuses every URL that we never request. Names pass: their
 * addresses are judged when we connect.
 * @param base what a relative `input` (a redirect's) is relative to
 * @throws FetchError `blocked-url` or `blocked-address`
 */
export function checkUrl(input: string | URL, policy: UrlPolicy, base?: URL): URL {
  const url = parseUrl(String(input), base)
  const onion = ONION_NAME.test(url.hostname)
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && (policy.allowPrivateAddress || onion))) {
    throw new FetchError('blocked-url', `${url.protocol} URLs are not requested`)
  }
  if (url.username !== '' || url.password !== '') {
    throw new FetchError('blocked-url', `${url.host}: URLs with a user name or password are not requested`)
  }
  if (!isPortAllowed(url.port, policy)) {
    throw new FetchError('blocked-url', `${url.host}: port ${url.port} is not requested`)
  }
  if (onion && !policy.proxied) {
    throw new FetchError('blocked-url', `${url.host}: .onion names need a proxy (OUTBOUND_PROXY)`)
  }
  if (!policy.allowPrivateAddress) refusePrivateHost(url)
  return url
}

/** The host of `url` as sockets and DNS spell it: IPv6 without its brackets. */
export function bareHost(url: { readonly hostname: string }): string {
  return url.hostname.startsWith('[') ? url.hostname.slice(1, -1) : url.hostname
}

function parseUrl(input: string, base: URL | undefined): URL {
  if (CONTROL_CHARACTERS.test(input)) {
    throw new FetchError('blocked-url', 'URLs with control characters are not requested')
  }
  const url = URL.parse(input, base?.href)
  if (url === null) throw new FetchError('blocked-url', 'this is not a URL')
  return url
}

/** The parser leaves out a scheme's own port. */
function isPortAllowed(port: string, policy: UrlPolicy): boolean {
  if (port === '' || policy.allowPrivateAddress) return true
  return port === '80' || port === '443' || policy.extraPorts.includes(Number(port))
}

/** A literal address is never looked up, so it is judged here; the parser has undone every other spelling. */
function refusePrivateHost(url: URL): void {
  const host = bareHost(url)
  const refused = isIP(host) === 0 ? PRIVATE_NAME.test(host) : !isPublicAddress(host)
  if (refused) throw new FetchError('blocked-address', `${host} is not a public address`)
}
