import { digestHeader } from './digest.ts'
import { problem } from './types.ts'
import type { SignatureClaim, SignatureProblem, SignedRequestParts } from './types.ts'

/**
 * The least that a signature must cover to say anything about this request: what is asked, of whom, when, and with
 * which body. A signature over less could be put on another request.
 *
 * draft-cavage: `(request-target) host` and `date` or `(created)`. RFC 9421: `@method`, and `@target-uri` or
 * `@authority` with `@path` (with `@query` when there is one), and `date` or the `created` parameter. Both: the
 * digest, unless the method is GET or HEAD.
 */
export function checkCoverage(
  request: SignedRequestParts,
  claim: SignatureClaim,
): SignatureProblem | undefined {
  const covers = (name: string) => claim.covered.includes(name)
  const missing =
    claim.style === 'cavage' ? missingInCavage(covers) : missingInRfc9421(covers, request, claim)
  if (!covers(digestHeader(claim.style)) && !['GET', 'HEAD'].includes(request.method)) {
    missing.push(digestHeader(claim.style))
  }
  return missing.length === 0
    ? undefined
    : problem('insufficient_coverage', `The signature must cover ${missing.join(', ')}.`)
}

function missingInCavage(covers: (name: string) => boolean): string[] {
  const missing = ['(request-target)', 'host'].filter((name) => !covers(name))
  if (!covers('date') && !covers('(created)')) missing.push('date')
  return missing
}

function missingInRfc9421(
  covers: (name: string) => boolean,
  request: SignedRequestParts,
  claim: SignatureClaim,
): string[] {
  const address = request.target.includes('?') ? ['@authority', '@path', '@query'] : ['@authority', '@path']
  const missing = covers('@method') ? [] : ['@method']
  if (!covers('@target-uri') && !address.every(covers)) missing.push('@target-uri')
  if (!covers('date') && claim.created === undefined) missing.push('date')
  return missing
}
