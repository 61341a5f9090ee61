import type { TxContext } from '../../context.ts'
import { findAccountByUri } from '../../domain/accounts/resolve-local.ts'
import type { ActivityType, EmbeddedActivityDraft } from '../../domain/drafts.ts'
import { receiveUndoFollow } from '../../domain/follows/receive-undo-follow.ts'
import { receiveUndoBoost } from '../../domain/interactions/receive-undo-boost.ts'
import { receiveUndoLike } from '../../domain/interactions/receive-undo-like.ts'
import { receiveUndoReaction } from '../../domain/interactions/receive-undo-reaction.ts'
import { receiveUnblock } from '../../domain/moderation/receive-unblock.ts'
import { findActor, type Actor } from '../../store/actors.ts'
import { findFollowByActivity } from '../../store/follows.ts'
import { readLikeReaction, readReaction } from '../vocab/read-reaction.ts'

/** What is taken back: an activity of the one who takes it back. */
export type UndoneActivity = {
  readonly by: Actor & { readonly uri: string }
  readonly uri: string | undefined
  /** As it came along; undefined where only its id did. */
  readonly activity: EmbeddedActivityDraft | undefined
}

/** @returns whether there was something to take back */
export type Undoer = (tx: TxContext, undone: UndoneActivity) => Promise<boolean>

const undoFollow: Undoer = async (tx, undone) => {
  const target = await findUnfollowed(tx, undone)
  if (target === undefined) return false
  await receiveUndoFollow(tx, { follower: undone.by, target, followUri: undone.uri })
  return true
}

const undoLike: Undoer = async (tx, { by, uri, activity }) => {
  const undone = { by, uri, targetUri: activity?.object.id }
  const reaction = activity && readLikeReaction(activity)
  if (reaction !== undefined) return receiveUndoReaction(tx, { ...undone, name: reaction.name })
  return (await receiveUndoReaction(tx, { ...undone, name: undefined })) || receiveUndoLike(tx, undone)
}

const undoReaction: Undoer = (tx, { by, uri, activity }) => {
  const name = activity && readReaction(activity)?.name
  return receiveUndoReaction(tx, { by, uri, targetUri: activity?.object.id, name })
}

const undoBoost: Undoer = (tx, { by, uri, activity }) =>
  receiveUndoBoost(tx, { by, uri, targetUri: activity?.object.id })

const undoBlock: Undoer = async (tx, { by, uri, activity }) => {
  const targetUri = activity?.object.id
  const target = targetUri === undefined ? undefined : await findAccountByUri(tx, targetUri)
  return receiveUnblock(tx, { by, target, uri })
}

/** Everything that can be taken back. Where only an id came, each is asked whether it knows it, in this order. */
export const undoers: { readonly [Type in ActivityType]?: Undoer } = {
  Follow: undoFollow,
  Like: undoLike,
  EmojiReact: undoReaction,
  Announce: undoBoost,
  Dislike: async () => false,
  Block: undoBlock,
}

async function findUnfollowed(
  tx: TxContext,
  { by, uri, activity }: UndoneActivity,
): Promise<Actor | undefined> {
  if (activity !== undefined) {
    const { id: targetUri } = activity.object
    return targetUri === undefined ? undefined : findAccountByUri(tx, targetUri)
  }
  const follow = uri === undefined ? undefined : await findFollowByActivity(tx.db, by.id, uri)
  return follow && findActor(tx.db, follow.targetId)
}
