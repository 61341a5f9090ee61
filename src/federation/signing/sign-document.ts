import type { DocumentKey } from './keys.ts'
import { addSignature } from './linked-data-signature.ts'
import { addProof } from './proof.ts'

type Json = Record<string, unknown>

export type DocumentKeys = {
  /** Ed25519, for the integrity proof. */
  readonly proofKey?: DocumentKey | undefined
  /** RSA, for a Linked Data Signature: only where anybody may know who said it. */
  readonly rsaKey?: DocumentKey | undefined
}

/**
 * An activity with the signatures that let others carry it: an integrity proof first, then a Linked Data Signature over
 * both. Without keys it stays as it is.
 * @throws Error when a Linked Data Signature would not cover all of it: a word without meaning, a context that we have
 *   no copy of
 */
export async function signDocument(activity: object, keys: DocumentKeys, now: Date): Promise<Json> {
  const { proofKey, rsaKey } = keys
  // What is signed is what is sent: JSON knows no undefined and no dates.
  const plain = JSON.parse(JSON.stringify(activity)) as Json
  const proven = proofKey === undefined ? plain : await addProof(plain, proofKey, now)
  return rsaKey === undefined ? proven : addSignature(proven, rsaKey, now)
}
