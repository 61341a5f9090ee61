import { receiveMove } from '../../domain/moving/receive-move.ts'
import type { Listener } from './listener.ts'

/**
 * https://docs.joinmastodon.org/spec/activitypub/#Move and FEP-7628, pushed: whoever moves says so themselves, with a
 * string or themselves whole as the object. That their former server agrees is not asked (Akkoma never sets `movedTo`),
 * since it may be gone.
 */
export const onMove: Listener = async (_ctx, { activity, actor }) => {
  const { object, target: targetUri } = activity
  if (object.id !== actor.uri || targetUri === undefined) return undefined
  return (tx) => receiveMove(tx, { actor, targetUri })
}
