import { hash } from 'node:crypto'
import { signBytes } from '../../lib/signatures/sign-bytes.ts'
import { canonizeDocument } from './json-ld.ts'
import type { DocumentKey } from './keys.ts'
import { formatMoment } from './moments.ts'

type Json = Record<string, unknown>

export const signatureType = 'RsaSignature2017'

/** Gives the properties of the signature itself their meaning, whatever the document says. */
const optionsContext = 'https://w3id.org/identity/v1'

/**
 * The document with a Linked Data Signature of its author, as Mastodon makes and verifies them: RSA-SHA256 over what
 * the document states, proof and all. https://docs.joinmastodon.org/spec/security/#ld
 * @throws Error when something in the document has no meaning by its contexts, and so would not be covered
 */
export async function addSignature(document: Json, key: DocumentKey, now: Date): Promise<Json> {
  const { signature: _signature, ...covered } = document
  const options = { creator: key.keyId, created: formatMoment(now) }
  const message = await messageOf(options, await canonizeDocument(covered, 'all'))
  const value = (await signBytes(message, key.privateKey)).toString('base64')
  return { ...covered, signature: { type: signatureType, ...options, signatureValue: value } }
}

/** The bytes that such a signature signs: two hashes in hexadecimal, of its own properties and of the document. */
export async function messageOf(options: Json, statements: string): Promise<Buffer> {
  const ofOptions = await canonizeDocument({ ...options, '@context': optionsContext }, 'all')
  return Buffer.from([ofOptions, statements].map((text) => hash('sha256', text, 'hex')).join(''))
}
