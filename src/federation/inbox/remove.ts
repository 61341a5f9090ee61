import {
  receiveUnfeatured,
  receiveUnfeaturedTag,
  rereadSoon,
} from '../../domain/featured/receive-featured.ts'
import { findRemoteStatus } from '../../store/statuses.ts'
import { readFeaturedObject } from './featured-object.ts'
import type { Listener } from './listener.ts'

/** https://www.w3.org/TR/activitypub/#remove-activity-inbox: from what the actor features. */
export const onRemove: Listener = async (ctx, received) => {
  const named = readFeaturedObject(received)
  if (named === undefined) return undefined
  const { actor } = received
  if ('tag' in named) return (tx) => receiveUnfeaturedTag(tx, actor, named.tag)
  const status = await findRemoteStatus(ctx.db, named.uri)
  return status === undefined
    ? (tx) => rereadSoon(tx, actor)
    : (tx) => receiveUnfeatured(tx, actor, status.id)
}
