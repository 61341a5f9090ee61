import { verify } from 'node:crypto'
import { algorithmOf, hashOf } from './algorithm.ts'
import type { KeyObject } from 'node:crypto'
import type { ParsedSignature } from './types.ts'

/**
 * Whether `publicKey` made this signature. False, too, for a key that is not public or not of the type that the
 * signature names. Synchronous: an RSA-2048 verification (some 30 µs) costs less than a trip to the thread pool.
 */
export function verifySignature(signed: ParsedSignature, publicKey: KeyObject): boolean {
  const algorithm = algorithmOf(publicKey)
  if (publicKey.type !== 'public' || !algorithm) return false
  if (signed.algorithm !== undefined && signed.algorithm !== algorithm) return false
  return verify(hashOf(algorithm), signed.signingString, publicKey, signed.signature)
}
