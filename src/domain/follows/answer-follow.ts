import type { Context, TxContext } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { DomainError } from '../../lib/errors.ts'
import type { Actor } from '../../store/actors.ts'
import { acceptFollow, deleteFollow, findFollowBetween, type Follow } from '../../store/follows.ts'
import { enqueue } from '../../store/jobs.ts'
import { deleteTidingsOfRequest } from '../../store/notification-sources.ts'
import { leaveFormer } from '../moving/leave-former.ts'
import { notify } from '../notifications/notify.ts'

/**
 * The owner of a locked account lets a follower in.
 * @throws DomainError `not_found` when that actor did not ask
 */
export async function approveFollow(ctx: Context, target: Actor, followerId: string): Promise<void> {
  await transact(ctx, async (tx) => {
    const follow = requireRequest(await findFollowBetween(tx.db, followerId, target.id))
    await acceptFollow(tx.db, follow.id, tx.now())
    await leaveFormer(tx, followerId, target.id)
    await deleteTidingsOfRequest(tx.db, target.id, followerId)
    await notify(tx, { accountId: target.id, type: 'follow', fromId: followerId })
    if (follow.followerUri !== null) await enqueue(tx, 'follow.accepted', { followId: follow.id })
  })
}

/**
 * The owner turns a follower away, before or after letting them in.
 * @throws DomainError `not_found` when that actor neither asked nor follows
 */
export async function rejectFollow(ctx: Context, target: Actor, followerId: string): Promise<void> {
  await transact(ctx, async (tx) => {
    await endFollow(tx, target, requireRequest(await findFollowBetween(tx.db, followerId, target.id)))
  })
}

/** The same, where nothing happens when that actor neither asked nor follows. */
export async function dismissFollower(ctx: Context, target: Actor, followerId: string): Promise<void> {
  await transact(ctx, async (tx) => {
    const follow = await findFollowBetween(tx.db, followerId, target.id)
    if (follow !== undefined) await endFollow(tx, target, follow)
  })
}

async function endFollow(tx: TxContext, target: Actor, follow: Follow): Promise<void> {
  await deleteFollow(tx.db, follow.id)
  const { id: followId, followerUri, inboxId, activityUri } = follow
  if (followerUri === null || inboxId === null) return
  await enqueue(tx, 'follow.rejected', { accountId: target.id, followId, followerUri, inboxId, activityUri })
}

function requireRequest(follow: Follow | undefined): Follow {
  if (follow === undefined) throw new DomainError('not_found', 'There is no such follow request.')
  return follow
}
