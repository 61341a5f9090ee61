import { receiveLike } from '../../domain/interactions/receive-like.ts'
import { receiveReaction } from '../../domain/interactions/receive-reaction.ts'
import { readLikeReaction } from '../vocab/read-reaction.ts'
import type { Listener } from './listener.ts'

/** https://www.w3.org/TR/activitypub/#like-activity-inbox; from Misskey, a reaction unless it is a heart. */
export const onLike: Listener = async (_ctx, { activity, actor }) => {
  const { id: targetUri } = activity.object
  if (targetUri === undefined) return undefined
  const like = { by: actor, uri: activity.id, targetUri }
  const reaction = readLikeReaction(activity)
  return reaction === undefined
    ? (tx) => receiveLike(tx, like)
    : (tx) => receiveReaction(tx, { ...like, reaction })
}
