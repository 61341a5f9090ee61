import type { Context } from '../../context.ts'
import { findAccountByUri } from '../../domain/accounts/resolve-local.ts'
import { receiveUndoFollow } from '../../domain/follows/receive-undo-follow.ts'
import { digestOfActivity } from '../../domain/inbox/digest.ts'
import { findActor, type Actor } from '../../store/actors.ts'
import { findFollowByActivity } from '../../store/follows.ts'
import { forgetActivity } from '../../store/inbox.ts'
import { readEmbeddedActivity } from '../vocab/read-activity.ts'
import type { Listener, Received } from './listener.ts'

/**
 * https://www.w3.org/TR/activitypub/#undo-activity-inbox
 * Most servers send the whole Follow along, some only its id. An Undo is not remembered as seen: Misskey makes its id
 * from the Follow's, and gives each further Follow of the same actor, and so its Undo, the same id again.
 */
export const onUndo: Listener = async (ctx, { activity, actor }) => {
  const target = await findUnfollowed(ctx, { activity, actor })
  if (target === undefined) return undefined
  return async (tx) => {
    await receiveUndoFollow(tx, { follower: actor, target, followUri: activity.object.id })
    await forgetActivity(tx.db, digestOfActivity(actor.uri, activity.id))
  }
}

/** Whom the sender no longer wants to follow, if that is what the Undo says. */
async function findUnfollowed(
  ctx: Context,
  { activity, actor }: Pick<Received, 'activity' | 'actor'>,
): Promise<Actor | undefined> {
  const { id, embedded } = activity.object
  if (embedded === undefined) {
    const follow = id === undefined ? undefined : await findFollowByActivity(ctx.db, actor.id, id)
    return follow && findActor(ctx.db, follow.targetId)
  }
  const undone = readEmbeddedActivity(embedded)
  if (!undone.ok || undone.activity.type !== 'Follow' || undone.activity.actor !== actor.uri) return undefined
  const { id: targetUri } = undone.activity.object
  return targetUri === undefined ? undefined : findAccountByUri(ctx, targetUri)
}
