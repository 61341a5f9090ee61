import { decodeBase64 } from './base64.ts'
import { readPairs, readSeconds } from './pairs.ts'
import { problem } from './types.ts'
import type { SignatureClaim, SignatureProblem } from './types.ts'

/** `name="text"` or `name=123`, and the comma to the next one. */
const PAIR = /([A-Za-z]+)=(?:"([^"\\]*)"|(\d{1,15}))(?:$|[ \t]*,[ \t]*(?!$))/y

/**
 * `hs2019` leaves the choice to the key. The draft would have RSA keys sign with PSS and SHA-512 then, but fediverse
 * servers that write `hs2019` sign as with `rsa-sha256`.
 */
const ALGORITHMS = { 'rsa-sha256': 'rsa-sha256', hs2019: undefined } as const

/** Reads a `Signature` header as draft-cavage-http-signatures-12 section 2.1 writes it, strictly. */
export function readCavage(signatureHeader: string): SignatureClaim | SignatureProblem {
  const pairs = readPairs(signatureHeader, PAIR)
  if (!pairs) return problem('malformed_signature', 'The Signature header is no list of distinct parameters.')
  const keyId = pairs.get('keyId')
  const signature = decodeBase64(pairs.get('signature') ?? '')
  if (!keyId || !signature) {
    return problem('malformed_signature', 'The Signature header needs a keyId and a base64 signature.')
  }
  const algorithm = pairs.get('algorithm') ?? 'hs2019'
  if (algorithm !== 'rsa-sha256' && algorithm !== 'hs2019') {
    return problem('unsupported_algorithm', 'The algorithm must be rsa-sha256 or hs2019.')
  }
  return {
    style: 'cavage',
    keyId,
    algorithm: ALGORITHMS[algorithm],
    covered: (pairs.get('headers') ?? '').toLowerCase().split(' '),
    created: readSeconds(pairs, 'created'),
    expires: readSeconds(pairs, 'expires'),
    signature,
    params: '',
  }
}
