import type { Context, TxContext } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import type { Actor } from '../../store/actors.ts'
import { upsertBlock } from '../../store/blocks.ts'
import { deleteFollow, findFollowBetween } from '../../store/follows.ts'
import { forgetActivity } from '../../store/inbox.ts'
import { digestOfActivity } from '../inbox/digest.ts'

/**
 * Somebody elsewhere does not want to have to do with an account of ours: neither follows the other from now on, and
 * the account sees nothing of theirs here. Nobody is told.
 * @param uri the id of the Block, which its Undo will name
 */
export async function receiveBlock(
  ctx: Context,
  { by, target, uri }: { by: Actor; target: Actor; uri: string },
): Promise<void> {
  await transact(ctx, async (tx) => {
    await upsertBlock(tx.db, {
      id: tx.newId(),
      actorId: by.id,
      targetId: target.id,
      uri,
      createdAt: tx.now(),
    })
    await endFollow(tx, target, by)
    await endFollow(tx, by, target)
  })
}

/** The id of a Follow that ended is retired, since some servers (Misskey) give the next one the same. */
async function endFollow(tx: TxContext, follower: Actor, target: Actor): Promise<void> {
  const follow = await findFollowBetween(tx.db, follower.id, target.id)
  if (follow === undefined) return
  await deleteFollow(tx.db, follow.id)
  const { followerUri, activityUri } = follow
  if (followerUri === null || activityUri === null) return
  await forgetActivity(tx.db, digestOfActivity(followerUri, activityUri))
}
