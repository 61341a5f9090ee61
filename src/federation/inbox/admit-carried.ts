import type { Context } from '../../context.ts'
import { digestOfCarried } from '../../domain/inbox/digest.ts'
import type { Batches } from '../../lib/batches.ts'
import { canonicalHost } from '../../lib/canonical-host.ts'
import type { NewInboxMessage } from '../../store/inbox.ts'
import { findRelayOf } from '../../store/relays.ts'
import { mayBeSignedMove, verifySignedMove, type SignedMove } from '../signing/verify-carried.ts'
import { plainContext } from '../vocab/write-contexts.ts'
import { refuse, type Refusal } from './refusal.ts'
import { tooMany, type Signer, type SignerParts } from './verify-signer.ts'

/** What passed: stored already, or (`hint`) not to be believed but worth a look at its origin. */
export type Admitted = { readonly kind: 'stored' } | Hint

export type Hint = {
  readonly kind: 'hint'
  /** What to ask for. */
  readonly uri: string
  /** The relay that passed it on, and whether it is a post that we may not have yet. */
  readonly relayed?: { readonly by: string; readonly isNews: boolean }
}

export type AdmissionParts = SignerParts & {
  readonly ctx: Context
  /** Where what passes is stored: done with when it is committed. */
  readonly arrivals: Batches<NewInboxMessage>
}

/**
 * What somebody else said, passed on. A move is believed when a signature inside verifies with a key that its actor is
 * known to have, since the actor's own server may be gone. Of anything else a signature only tells that a look at the
 * origin may be worth it.
 * @param bytes how long the body is
 */
export async function admitCarried(
  parts: AdmissionParts,
  signer: Signer,
  activity: Record<string, unknown>,
  bytes: number,
): Promise<Admitted | Refusal> {
  const actorUri = idOf(activity['actor'])
  if (actorUri === undefined) return refuse(400, 'An activity has exactly one actor.')
  if (!('signature' in activity || 'proof' in activity)) return refuse(401, 'The signer is not the actor.')
  if (mayBeSignedMove(activity, bytes)) {
    if (!parts.limits.takeCarried(signer.host)) return tooMany
    const find = (keyId: string) => parts.keys.find(keyId)
    const move = await verifySignedMove(activity, actorUri, find, parts.ctx.now())
    if (move !== undefined) return storeMove(parts, move)
  }
  const uri = idOf(activity['object'])
  if (uri === undefined) return refuse(401, 'The signer is not the actor.')
  const relay = await findRelayOf(parts.ctx.db, signer.actorUri)
  if (relay?.state === 'accepted')
    return { kind: 'hint', uri, relayed: { by: relay.uri, isNews: isNews(activity) } }
  return parts.limits.takeHint(signer.host) ? { kind: 'hint', uri } : tooMany
}

function isNews({ type }: Record<string, unknown>): boolean {
  return type === 'Create' || type === 'Announce'
}

/** Nothing of what came is kept but the move: also an Update that sets `movedTo` becomes a Move here. */
async function storeMove(
  { ctx, blockedHosts, arrivals }: AdmissionParts,
  { id, actor, target, signedAt }: SignedMove,
): Promise<Admitted | Refusal> {
  const host = canonicalHost(actor)
  if (host === undefined || (await blockedHosts.isBlocked(host)))
    return refuse(403, 'The server of this actor is blocked here.')
  const move = { id, type: 'Move', actor, object: actor, target, published: signedAt }
  await arrivals.add({
    id: ctx.newId(),
    digest: digestOfCarried(actor, id),
    recipientId: null,
    actorUri: actor,
    body: JSON.stringify({ '@context': plainContext, ...move }),
    collectionSynchronization: null,
    carried: true,
  })
  return { kind: 'stored' }
}

/** The one id that a property names, be it as a string or as an object. */
export function idOf(value: unknown): string | undefined {
  const only: unknown = Array.isArray(value) && value.length === 1 ? value[0] : value
  if (typeof only === 'string') return only
  const id = typeof only === 'object' && only !== null && 'id' in only ? only.id : undefined
  return typeof id === 'string' ? id : undefined
}
