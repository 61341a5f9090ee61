import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import type { Actor } from '../../store/actors.ts'
import { acceptFollow, upsertFollow } from '../../store/follows.ts'
import { enqueue } from '../../store/jobs.ts'

/**
 * Somebody elsewhere wants to follow an account of ours. Asking again is answered again: the other server may
 * have lost our first answer.
 * @param activityUri the id of the Follow, which the answer must name
 */
export async function receiveFollow(
  ctx: Context,
  input: { follower: Actor; target: Actor; activityUri: string },
): Promise<'accepted' | 'pending'> {
  const { follower, target, activityUri } = input
  return transact(ctx, async (tx) => {
    const follow = await upsertFollow(tx.db, {
      id: tx.newId(),
      followerId: follower.id,
      targetId: target.id,
      followerUri: follower.uri,
      inboxId: follower.inboxId,
      sharedInboxId: follower.sharedInboxId,
      activityUri,
      state: 'pending',
      createdAt: tx.now(),
    })
    if (follow.state === 'pending' && target.locked) return 'pending'
    await acceptFollow(tx.db, follow.id, tx.now())
    await enqueue(tx, 'follow.accepted', { followId: follow.id })
    return 'accepted'
  })
}
