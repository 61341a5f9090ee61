import { asObject } from '../../lib/as-object.ts'
import { canonicalUrl } from '../vocab/read/address.ts'
import { scanDocument } from '../vocab/read/scan.ts'
import { canonizeDocument, listNodes } from './json-ld.ts'
import type { FindKey } from './keys.ts'
import { readStatedMove, type StatedMove } from './read-move.ts'
import { verifyLinkedDataSignature } from './verify-lds.ts'
import { verifyProof } from './verify-proof.ts'

type Json = Record<string, unknown>

/** With the moment at which it was signed, as the signature says: an ISO 8601 string. */
export type SignedMove = StatedMove & { readonly signedAt: string }

type Verified = { readonly statements: string; readonly signedAt: string }

const maxBytes = 64 * 1024
const maxValues = 500

/** Whether a carried activity is of the kind that is looked at closer: cheap, and believes nothing. */
export function mayBeSignedMove(activity: Json, bytes: number): boolean {
  const { type } = activity
  return (type === 'Move' || type === 'Update') && bytes <= maxBytes
}

/**
 * The move in an activity that somebody else brought, when an integrity proof or a Linked Data Signature inside it
 * verifies with a key that is bound to its actor already. Nothing is fetched. Of the document only what its signature
 * covers is read, in the meaning that its own contexts give it, of which we must have a copy.
 * @param actorUri as the activity names it
 * @returns undefined when it is not to be believed, or says something else
 */
export async function verifySignedMove(
  activity: Json,
  actorUri: string,
  findKey: FindKey,
  now: Date,
): Promise<SignedMove | undefined> {
  const { id } = activity
  const scan = scanDocument(activity)
  if (typeof id !== 'string' || !scan.ok || scan.nodes > maxValues) return undefined
  const verified = await verifyAny(activity, actorUri, findKey, now)
  if (verified === undefined) return undefined
  const move = readStatedMove(await listNodes(verified.statements), id)
  return move?.actor === actorUri && isPlain(move) ? { ...move, signedAt: verified.signedAt } : undefined
}

/** All that the document states and its signature covers, as canonical N-Quads, and when it was signed. */
async function verifyAny(
  activity: Json,
  actorUri: string,
  findKey: FindKey,
  now: Date,
): Promise<Verified | undefined> {
  const { proof, signature } = activity
  const proven = proof === undefined ? undefined : await verifyProof(activity, actorUri, findKey, now)
  const statements =
    proven === undefined
      ? await verifyLinkedDataSignature(activity, actorUri, findKey, now)
      : await canonizeDocument(proven, 'some').catch(() => undefined)
  const { created } = asObject(proven === undefined ? signature : proof)
  return statements === undefined ? undefined : { statements, signedAt: String(created) }
}

/** Addresses that every reader understands in the same way. */
function isPlain({ id, actor, target }: StatedMove): boolean {
  return [id, actor, target].every((uri) => canonicalUrl(uri) === uri)
}
