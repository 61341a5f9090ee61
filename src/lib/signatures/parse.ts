import { checkCoverage } from './coverage.ts'
import { digestHeader, readDigest } from './digest.ts'
import { checkFreshness } from './freshness.ts'
import { findSingleHeader } from './headers.ts'
import { readCavage } from './read-cavage.ts'
import { readRfc9421 } from './read-rfc9421.ts'
import { findRequestOrigin } from './request-origin.ts'
import { buildSigningString } from './signing-string.ts'
import { isProblem, problem } from './types.ts'
import type { HeaderMap } from './headers.ts'
import type { ParsedSignature, SignatureClaim, SignatureProblem, SignedRequestParts } from './types.ts'

/** An 8192-bit signature and a long key id fit twice. */
const MAX_HEADER_LENGTH = 4096

/**
 * All that can be asked of a signed request without its key or its body, cheapest first: is it for us, is there
 * exactly one well-formed signature, is it fresh, does it cover enough. Left to the caller, in this order:
 * `verifyDigest` on the raw body, finding the key, `verifySignature`.
 *
 * Never throws, whatever the request holds: what is wrong with it is a value. `wrong_host` stands for HTTP 421,
 * all other problems for 401.
 */
export function parseSignature(request: SignedRequestParts, now: Date): ParsedSignature | SignatureProblem {
  const origin = findRequestOrigin(request)
  if (typeof origin === 'object') return origin
  const claim = readClaim(request.headers)
  if (isProblem(claim)) return claim
  const refusal = checkFreshness(request.headers, claim, now) ?? checkCoverage(request, claim)
  if (refusal) return refusal

  const coversBody = claim.covered.includes(digestHeader(claim.style))
  const bodyDigest = coversBody ? readDigest(request.headers, claim.style) : undefined
  if (bodyDigest && isProblem(bodyDigest)) return bodyDigest
  const signingString = buildSigningString(request, claim, origin)
  if (isProblem(signingString)) return signingString
  return assemble(claim, signingString, bodyDigest)
}

function readClaim(headers: HeaderMap): SignatureClaim | SignatureProblem {
  if (!headers.has('signature')) return problem('missing_signature', 'The request is not signed.')
  const signature = findSingleHeader(headers, 'signature')
  const isRfc9421 = headers.has('signature-input')
  const input = isRfc9421 ? findSingleHeader(headers, 'signature-input') : ''
  if (signature === undefined || input === undefined) {
    return problem('malformed_signature', 'The request must carry one signature.')
  }
  if (signature.length > MAX_HEADER_LENGTH || input.length > MAX_HEADER_LENGTH) {
    return problem('malformed_signature', 'The signature headers are too long.')
  }
  return isRfc9421 ? readRfc9421(input, signature) : readCavage(signature)
}

function assemble(
  { style, keyId, algorithm, covered, signature, created, expires }: SignatureClaim,
  signingString: Buffer,
  bodyDigest: Buffer | undefined,
): ParsedSignature {
  return {
    style,
    keyId,
    algorithm,
    covered,
    signingString,
    signature,
    ...(created !== undefined && { created: new Date(created * 1000) }),
    ...(expires !== undefined && { expires: new Date(expires * 1000) }),
    ...(bodyDigest && { bodyDigest }),
  }
}
