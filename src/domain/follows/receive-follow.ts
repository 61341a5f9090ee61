import type { Context, TxContext } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { isDomainBlockedBy } from '../../store/account-domain-blocks.ts'
import type { Actor } from '../../store/actors.ts'
import { acceptFollow, findFollowBetween, upsertFollow } from '../../store/follows.ts'
import { isBlocking } from '../../store/blocks.ts'
import { enqueue } from '../../store/jobs.ts'
import { markReturned } from '../../store/recovery-followers.ts'
import { notify } from '../notifications/notify.ts'

type ReceivedFollow = { readonly follower: Actor; readonly target: Actor; readonly activityUri: string }

/**
 * Somebody elsewhere wants to follow an account of ours. Asking again is answered again: the other server may
 * have lost our first answer. Whom the account blocks, or whose domain, is turned away, and so is everybody who
 * begins to follow it once it has moved. Who followed the account where it was before is let in
 * at once, as they were there.
 * @param activityUri the id of the Follow, which the answer must name
 */
export async function receiveFollow(
  ctx: Context,
  input: ReceivedFollow,
): Promise<'accepted' | 'pending' | 'rejected'> {
  const { follower, target, activityUri } = input
  return transact(ctx, async (tx) => {
    if (await isUnwelcome(tx, input)) return turnAway(tx, input)
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
    const told = { accountId: target.id, fromId: follower.id }
    const isBack = follower.uri !== null && (await markReturned(tx.db, target.id, follower.uri, tx.now()))
    if (follow.state === 'pending' && target.locked && !isBack) {
      await notify(tx, { ...told, type: 'follow_request' })
      return 'pending'
    }
    if (follow.state === 'pending') await notify(tx, { ...told, type: 'follow' })
    await acceptFollow(tx.db, follow.id, tx.now())
    await enqueue(tx, 'follow.accepted', { followId: follow.id })
    return 'accepted'
  })
}

async function isUnwelcome({ db }: TxContext, { follower, target }: ReceivedFollow): Promise<boolean> {
  if (await isBlocking(db, target.id, follower.id)) return true
  if (follower.domain !== null && (await isDomainBlockedBy(db, target.id, follower.domain))) return true
  return target.movedTo !== null && (await findFollowBetween(db, follower.id, target.id)) === undefined
}

async function turnAway(
  tx: TxContext,
  { follower, target, activityUri }: ReceivedFollow,
): Promise<'rejected'> {
  const { uri: followerUri, inboxId } = follower
  const answered = { accountId: target.id, followId: tx.newId(), activityUri }
  if (followerUri !== null && inboxId !== null)
    await enqueue(tx, 'follow.rejected', { ...answered, followerUri, inboxId })
  return 'rejected'
}
