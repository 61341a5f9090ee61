import canonicalizeModule from 'canonicalize'
import { hash } from 'node:crypto'
import { encodeBase58 } from '../../lib/signatures/base58.ts'
import { signBytes } from '../../lib/signatures/sign-bytes.ts'
import type { DocumentKey } from './keys.ts'
import { formatMoment } from './moments.ts'

type Json = Record<string, unknown>

const dataIntegrityContext = 'https://w3id.org/security/data-integrity/v1'
export const cryptosuite = 'eddsa-jcs-2022'

const canonicalize = canonicalizeModule as unknown as (value: unknown) => string

/**
 * The document with an integrity proof of its author: https://codeberg.org/fediverse/fep/src/branch/main/fep/8b32/fep-8b32.md
 * with the cryptosuite https://www.w3.org/TR/vc-di-eddsa/#eddsa-jcs-2022. The proof repeats the document's contexts, as
 * that suite has it; Mitra and Fedify verify it with them.
 * @param document plain JSON; a `signature` in it would not be covered
 */
export async function addProof(document: Json, key: DocumentKey, now: Date): Promise<Json> {
  const { signature: _signature, proof: _proof, ...rest } = document
  const covered = { ...rest, '@context': withDataIntegrity(rest['@context']) }
  const config = {
    '@context': covered['@context'],
    type: 'DataIntegrityProof',
    cryptosuite,
    verificationMethod: key.keyId,
    proofPurpose: 'assertionMethod',
    created: formatMoment(now),
  }
  const bytes = await signBytes(hashProof(config, covered), key.privateKey)
  return { ...covered, proof: { ...config, proofValue: `z${encodeBase58(bytes)}` } }
}

/** The bytes that a proof signs: the hash of its own properties but for the value, then the hash of the document. */
export function hashProof(config: Json, document: Json): Buffer {
  return Buffer.concat([config, document].map((part) => hash('sha256', canonicalize(part), 'buffer')))
}

/** RFC 8785: whether two values are the same JSON, however they are written. */
export function isSameJson(a: unknown, b: unknown): boolean {
  return canonicalize(a) === canonicalize(b)
}

/** Before what a document defines itself: protected words may not be redefined after that. */
function withDataIntegrity(context: unknown): unknown[] {
  const contexts = context === undefined ? [] : [context].flat()
  if (contexts.includes(dataIntegrityContext)) return contexts
  const ownAt = contexts.findIndex((part) => typeof part !== 'string')
  return contexts.toSpliced(ownAt < 0 ? contexts.length : ownAt, 0, dataIntegrityContext)
}
