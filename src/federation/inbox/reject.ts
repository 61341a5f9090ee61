import { receiveReject } from '../../domain/follows/receive-answer.ts'
import { findOwnFollow } from './find-own-follow.ts'
import type { Listener } from './listener.ts'

/** https://www.w3.org/TR/activitypub/#reject-activity-inbox */
export const onReject: Listener = async (ctx, received) => {
  const followId = await findOwnFollow(ctx, received)
  return followId === undefined ? undefined : (tx) => receiveReject(tx, { from: received.actor, followId })
}
