import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { digestOfActivity } from '../inbox/digest.ts'
import type { Actor } from '../../store/actors.ts'
import { deleteFollow, findFollowBetween } from '../../store/follows.ts'
import { forgetActivity } from '../../store/inbox.ts'

/**
 * A follower left. The id of the Follow that is undone is retired with it, because some servers (Misskey) give the
 * next Follow the same one. Which Follow is named does not matter otherwise: others (Lemmy) name one that they never sent.
 */
export async function receiveUndoFollow(
  ctx: Context,
  input: { follower: Actor & { uri: string }; target: Actor; followUri: string | undefined },
): Promise<void> {
  const { follower, target, followUri } = input
  await transact(ctx, async (tx) => {
    const follow = await findFollowBetween(tx.db, follower.id, target.id)
    if (follow !== undefined) await deleteFollow(tx.db, follow.id)
    const undone = followUri ?? follow?.activityUri
    if (undone != null) await forgetActivity(tx.db, digestOfActivity(follower.uri, undone))
  })
}
