import type { InteractionPolicyDraft, PermissionDraft } from '../../../domain/drafts.ts'
import { urlsOf } from './address.ts'
import { compact } from './fields.ts'
import { objectsOf, valuesOf } from './values.ts'
import { PUBLIC } from './vocabulary.ts'

const MAX_PARTIES = 50

/**
 * Who may do what with a post: https://docs.gotosocial.org/en/latest/federation/interaction_controls/, and FEP-044f for
 * quotes. GoToSocial before 0.20 says `always` and `approvalRequired`; later versions say both, so both are read
 * together. A permission that lists nobody is kept: it forbids.
 */
export function interactionPolicyOf(node: Record<string, unknown>): InteractionPolicyDraft | undefined {
  const [policy] = objectsOf(node, 'interactionPolicy')
  if (policy === undefined) return undefined
  return compact({
    canLike: permissionOf(policy, 'canLike'),
    canReply: permissionOf(policy, 'canReply'),
    canAnnounce: permissionOf(policy, 'canAnnounce'),
    canQuote: permissionOf(policy, 'canQuote'),
  })
}

function permissionOf(policy: Record<string, unknown>, word: string): PermissionDraft | undefined {
  const [permission] = objectsOf(policy, word)
  if (permission === undefined) return undefined
  return {
    automatic: partiesOf(permission, ['automaticApproval', 'always']),
    manual: partiesOf(permission, ['manualApproval', 'approvalRequired']),
  }
}

function partiesOf(permission: Record<string, unknown>, words: readonly string[]): string[] {
  const parties = words.flatMap((word) => {
    const values = valuesOf(permission, word, MAX_PARTIES)
    const isPublic = values.includes('as:Public') || values.includes('Public')
    return [...(isPublic ? [PUBLIC] : []), ...urlsOf(permission, word, MAX_PARTIES)]
  })
  return [...new Set(parties)].slice(0, MAX_PARTIES)
}
