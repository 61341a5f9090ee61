import { formatSignatureBase } from './rfc9421.ts'
import { problem } from './types.ts'
import type { SignatureClaim, SignatureProblem, SignedRequestParts } from './types.ts'

const MAX_COMPONENTS = 32

/** Headers that mean something once only: a second line would leave it open which of them counts. */
const SINGLETONS = ['host', 'date', 'digest', 'content-digest', 'content-type', 'content-length']

/**
 * Rebuilds the bytes that the sender signed from the request as received. `origin` is the one of ours that the
 * request is for.
 */
export function buildSigningString(
  request: SignedRequestParts,
  claim: SignatureClaim,
  origin: string,
): Buffer | SignatureProblem {
  const { covered } = claim
  if (covered.length > MAX_COMPONENTS || new Set(covered).size !== covered.length) {
    return problem('malformed_signature', 'The signature must cover at most 32 components, each once.')
  }
  const components: [string, string][] = []
  for (const name of covered) {
    const value =
      claim.style === 'cavage' ? cavageValue(name, request, claim) : rfc9421Value(name, request, origin)
    if (value === undefined) return problem('missing_component', 'A covered component is not in the request.')
    components.push([name, value])
  }
  return claim.style === 'cavage'
    ? Buffer.from(components.map(([name, value]) => `${name}: ${value}`).join('\n'), 'latin1')
    : formatSignatureBase(components, claim.params)
}

/** draft-cavage-http-signatures-12 section 2.3. */
function cavageValue(name: string, request: SignedRequestParts, claim: SignatureClaim): string | undefined {
  if (name === '(request-target)') return `${request.method.toLowerCase()} ${request.target}`
  // The draft forbids the time pseudo-headers beside an algorithm that is named the old way.
  if (name === '(created)') return claim.algorithm ? undefined : claim.created?.toString()
  if (name === '(expires)') return claim.algorithm ? undefined : claim.expires?.toString()
  return fieldValue(name, request)
}

/** RFC 9421 section 2.2; `@query-param` and what belongs to responses are left out. */
function rfc9421Value(name: string, request: SignedRequestParts, origin: string): string | undefined {
  const [scheme = '', authority = ''] = origin.split('://')
  const queryAt = request.target.indexOf('?')
  switch (name) {
    case '@method':
      return request.method
    case '@target-uri':
      return `${origin}${request.target}`
    case '@authority':
      return authority
    case '@scheme':
      return scheme
    case '@request-target':
      return request.target
    case '@path':
      return queryAt < 0 ? request.target : request.target.slice(0, queryAt)
    case '@query':
      return queryAt < 0 ? '?' : request.target.slice(queryAt)
    default:
      return fieldValue(name, request)
  }
}

/** A header's lines in one, as both styles want them; Node has stripped the space around them already. */
function fieldValue(name: string, request: SignedRequestParts): string | undefined {
  const values = request.headers.get(name)
  return values && values.length > 1 && SINGLETONS.includes(name) ? undefined : values?.join(', ')
}
