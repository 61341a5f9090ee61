import { receiveMove } from '../../domain/moving/receive-move.ts'
import { findRemoteActor } from '../../store/actors.ts'
import type { Listener } from './listener.ts'

/**
 * https://docs.joinmastodon.org/spec/activitypub/#Move and FEP-7628. Pushed: whoever moves says so themselves, with a
 * string or themselves whole as the object. That their former server agrees is not asked (Akkoma never sets `movedTo`),
 * since it may be gone. Pulled: the place that somebody moved to says so, which counts for nothing unless the one who
 * moved says the same.
 */
export const onMove: Listener = async (ctx, { activity, actor, carried }) => {
  const { object, target: targetUri } = activity
  if (targetUri === undefined || object.id === undefined) return undefined
  if (object.id === actor.uri) return (tx) => receiveMove(tx, { actor, targetUri })
  if (targetUri !== actor.uri || carried) return undefined
  const former = await findRemoteActor(ctx.db, object.id)
  return former && ((tx) => receiveMove(tx, { actor: former, targetUri, isPulled: true }))
}
