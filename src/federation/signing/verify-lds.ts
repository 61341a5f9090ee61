import { verify } from 'node:crypto'
import { asObject } from '../../lib/as-object.ts'
import { decodeBase64 } from '../../lib/signatures/base64.ts'
import { canonizeDocument } from './json-ld.ts'
import type { FindKey } from './keys.ts'
import { messageOf, signatureType } from './linked-data-signature.ts'
import { isInForce } from './moments.ts'

type Json = Record<string, unknown>

/** All that a signature may say of itself, and that it covers. */
const optionNames = ['creator', 'created', 'expires', 'nonce', 'domain']
const maxEncodedLength = 2048

/**
 * Verifies the Linked Data Signature (RsaSignature2017) of a document with a key that is bound to `actorUri` already.
 * @returns what it covers, as canonical N-Quads; undefined when it does not verify
 */
export async function verifyLinkedDataSignature(
  document: Json,
  actorUri: string,
  findKey: FindKey,
  now: Date,
): Promise<string | undefined> {
  const { signature, ...covered } = document
  const { type, id: _id, '@context': _context, signatureValue, ...options } = asObject(signature)
  const { creator } = options
  if (type !== signatureType || typeof creator !== 'string') return undefined
  if (!areSound(options) || !isInForce(options, now)) return undefined
  const value = decodeValue(signatureValue)
  if (value === undefined) return undefined
  const key = await findKey(creator)
  if (key?.actorUri !== actorUri || key.publicKey.asymmetricKeyType !== 'rsa') return undefined
  try {
    const statements = await canonizeDocument(covered, 'some')
    const message = await messageOf(options, statements)
    return verify('sha256', message, key.publicKey, value) ? statements : undefined
  } catch {
    return undefined
  }
}

function areSound(options: Json): boolean {
  return Object.entries(options).every(
    ([name, value]) => optionNames.includes(name) && typeof value === 'string',
  )
}

/** Ruby breaks base64 into lines where it is not told otherwise. */
function decodeValue(value: unknown): Buffer | undefined {
  if (typeof value !== 'string' || value.length > maxEncodedLength) return undefined
  return decodeBase64(value.replaceAll(/\s/g, ''))
}
