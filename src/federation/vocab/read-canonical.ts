import type { DocumentLoader } from '@fedify/vocab-runtime'
import type { CanonicalObject, ReadProblem } from '../../domain/drafts.ts'
import { normalizeDocument } from './read/normalize.ts'
import { scanDocument } from './read/scan.ts'

/** How contexts that we have no copy of are had: within limits of time and size, and never inward. */
export type Loaders = { readonly contextLoader: DocumentLoader }

/** `context-unavailable` is worth another try later; every other problem stays. */
export type Refused = { ok: false; problem: ReadProblem }

export type CanonicalResult = { ok: true; value: CanonicalObject } | Refused

/** JSON-LD processing takes milliseconds for each hundred values: more than this is not worth it. */
const MAX_EXPANDED_NODES = 5_000

/**
 * A document in our own words, for the readers of activities, notes and actors. Where its contexts are all known and
 * give every word the meaning that we give it, it is taken as it is; any other goes through a JSON-LD processor. Both
 * ways lead to the same reading.
 *
 * @param json a parsed body: anything at all
 */
export async function toCanonical(json: unknown, loaders: Loaders): Promise<CanonicalResult> {
  const scan = scanDocument(json)
  if (!scan.ok) return scan
  if (scan.plain) return { ok: true, value: json as CanonicalObject }
  if (scan.nodes > MAX_EXPANDED_NODES) return { ok: false, problem: 'too-large' }
  const normalized = await normalizeDocument(json as object, loaders.contextLoader)
  return normalized.ok ? { ok: true, value: normalized.document as CanonicalObject } : normalized
}
