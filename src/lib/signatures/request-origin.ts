import { findSingleHeader } from './headers.ts'
import { problem } from './types.ts'
import type { SignatureProblem, SignedRequestParts } from './types.ts'

/**
 * Which of our origins the request is for, by its one Host header. The scheme is our own claim: behind a proxy the
 * request itself does not know it.
 */
export function findRequestOrigin(request: SignedRequestParts): string | SignatureProblem {
  if (!request.target.startsWith('/')) {
    return problem('malformed_request', 'The request target must be a path.')
  }
  const host = findSingleHeader(request.headers, 'host')?.toLowerCase()
  const origin = request.origins.find((candidate) => host !== undefined && isHostOf(host, candidate))
  return origin ?? problem('wrong_host', 'The request is for a host that is not ours.')
}

function isHostOf(host: string, origin: string): boolean {
  const [scheme, authority] = origin.split('://')
  return host === authority || host === `${authority}:${scheme === 'https' ? 443 : 80}`
}
