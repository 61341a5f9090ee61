import { findAccountByUri } from '../../domain/accounts/resolve-local.ts'
import { receiveUndoFollow } from '../../domain/follows/receive-undo-follow.ts'
import { digestOfActivity } from '../../domain/inbox/digest.ts'
import { findActor } from '../../store/actors.ts'
import { findFollowByActivity } from '../../store/follows.ts'
import { forgetActivity } from '../../store/inbox.ts'
import { readEmbeddedActivity } from '../vocab/read-activity.ts'
import type { Effect, Listener } from './listener.ts'

/**
 * https://www.w3.org/TR/activitypub/#undo-activity-inbox
 * Most servers send the whole Follow along, some only its id. An Undo is not remembered as seen: Misskey makes its id
 * from the Follow's, and gives each further Follow of the same actor, and so its Undo, the same id again.
 */
export const onUndo: Listener = async (ctx, { activity, actor }) => {
  const { id, embedded } = activity.object
  const undo = async (
    targetOf: () => Promise<Parameters<typeof receiveUndoFollow>[1]['target'] | undefined>,
  ) => {
    const target = await targetOf()
    if (target === undefined) return undefined
    const effect: Effect = async (tx) => {
      await receiveUndoFollow(tx, { follower: actor, target, followUri: id })
      await forgetActivity(tx.db, digestOfActivity(actor.uri, activity.id))
    }
    return effect
  }
  if (embedded === undefined) {
    const follow = id === undefined ? undefined : await findFollowByActivity(ctx.db, actor.id, id)
    return undo(async () => follow && findActor(ctx.db, follow.targetId))
  }
  const undone = readEmbeddedActivity(embedded)
  if (!undone.ok || undone.activity.type !== 'Follow' || undone.activity.actor !== actor.uri) return undefined
  const { id: targetUri } = undone.activity.object
  return undo(async () => (targetUri === undefined ? undefined : findAccountByUri(ctx, targetUri)))
}
