import { receiveReaction } from '../../domain/interactions/receive-reaction.ts'
import { readReaction } from '../vocab/read-reaction.ts'
import type { Listener } from './listener.ts'

/** http://litepub.social/ns#EmojiReact: from Pleroma, Akkoma, Mitra and others. */
export const onEmojiReact: Listener = async (_ctx, { activity, actor }) => {
  const { id: targetUri } = activity.object
  const reaction = readReaction(activity)
  if (targetUri === undefined || reaction === undefined) return undefined
  return (tx) => receiveReaction(tx, { by: actor, uri: activity.id, targetUri, reaction })
}
