import { verify, type KeyObject } from 'node:crypto'
import { asObject } from '../../lib/as-object.ts'
import { decodeBase58 } from '../../lib/signatures/base58.ts'
import type { FindKey } from './keys.ts'
import { isInForce } from './moments.ts'
import { cryptosuite, hashProof, isSameJson } from './proof.ts'

type Json = Record<string, unknown>

const valueLength = 64
const maxEncodedLength = 100

/**
 * Verifies the one integrity proof (FEP-8b32) of a document with a key that is bound to `actorUri` already.
 * @returns the document as the proof covers it: without proof and `signature`; undefined when it does not verify
 */
export async function verifyProof(
  document: Json,
  actorUri: string,
  findKey: FindKey,
  now: Date,
): Promise<Json | undefined> {
  const { proof, signature: _signature, ...covered } = document
  const { proofValue, ...config } = asObject(proof)
  const { verificationMethod: keyId } = config
  if (!isOurSuite(config) || !isInForce(config, now) || typeof keyId !== 'string') return undefined
  const value = decodeValue(proofValue)
  if (value === undefined || !hasContextOf(config, covered)) return undefined
  const key = await findKey(keyId)
  if (key?.actorUri !== actorUri || key.publicKey.asymmetricKeyType !== 'ed25519') return undefined
  return isSignedBy(key.publicKey, value, config, covered) ? covered : undefined
}

function isOurSuite(config: Json): boolean {
  const { type, proofPurpose } = config
  return (
    type === 'DataIntegrityProof' &&
    config['cryptosuite'] === cryptosuite &&
    proofPurpose === 'assertionMethod'
  )
}

function hasContextOf(config: Json, covered: Json): boolean {
  return !('@context' in config) || isSameJson(config['@context'], covered['@context'] ?? null)
}

/** Some write the contexts into the proof, some only sign them there (Fedify), some do neither (the test vector). */
function isSignedBy(publicKey: KeyObject, value: Buffer, config: Json, covered: Json): boolean {
  const context = covered['@context']
  const configs =
    '@context' in config || context === undefined ? [config] : [config, { ...config, '@context': context }]
  return configs.some((candidate) => verify(null, hashProof(candidate, covered), publicKey, value))
}

function decodeValue(value: unknown): Buffer | undefined {
  if (typeof value !== 'string' || !value.startsWith('z') || value.length > maxEncodedLength) return undefined
  const bytes = decodeBase58(value.slice(1))
  return bytes?.length === valueLength ? bytes : undefined
}
