import type { CanonicalObject, QuoteAuthorizationDraft } from '../../domain/drafts.ts'
import type { Refused } from './read-canonical.ts'
import { canonicalUrl, firstUrlOf, sameHost } from './read/address.ts'
import { firstString } from './read/fields.ts'
import { soleType } from './read/types.ts'

export type QuoteAuthorizationResult = { ok: true; authorization: QuoteAuthorizationDraft } | Refused

/**
 * Reads the stamp by which somebody lets one of their posts be quoted: theirs by its host.
 *
 * @see https://codeberg.org/fediverse/fep/src/branch/main/fep/044f/fep-044f.md#approval-stamps
 */
export function readQuoteAuthorization(document: CanonicalObject): QuoteAuthorizationResult {
  const sole = soleType(document, ['QuoteAuthorization'])
  if ('problem' in sole) return { ok: false, problem: sole.problem }
  const id = canonicalUrl(firstString(document, 'id'))
  if (id === undefined) return { ok: false, problem: 'no-id' }
  const attributedTo = firstUrlOf(document, 'attributedTo')
  if (attributedTo === undefined) return { ok: false, problem: 'no-author' }
  if (!sameHost(attributedTo, id)) return { ok: false, problem: 'foreign-author' }
  const interactingObject = firstUrlOf(document, 'interactingObject')
  const interactionTarget = firstUrlOf(document, 'interactionTarget')
  if (interactingObject === undefined || interactionTarget === undefined)
    return { ok: false, problem: 'no-object' }
  return { ok: true, authorization: { id, attributedTo, interactingObject, interactionTarget } }
}
