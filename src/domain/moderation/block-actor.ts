import type { Context, TxContext } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { DomainError } from '../../lib/errors.ts'
import type { Actor } from '../../store/actors.ts'
import { findBlock, upsertBlock } from '../../store/blocks.ts'
import { findFollowBetween } from '../../store/follows.ts'
import { enqueue } from '../../store/jobs.ts'
import { rejectFollow } from '../follows/answer-follow.ts'
import { unfollowActor } from '../follows/unfollow-actor.ts'

/**
 * An account of ours does not want to have to do with somebody: neither follows the other from now on, neither sees
 * the other's posts here, and what the other does with the account's posts does not count. Their server is told, as
 * Mastodon does, so that it shows them no more than we do.
 * @throws DomainError `invalid` for oneself
 */
export async function blockActor(ctx: Context, account: Actor, target: Actor): Promise<void> {
  if (account.id === target.id) throw new DomainError('invalid', 'You cannot block yourself.')
  await transact(ctx, async (tx) => {
    if ((await findBlock(tx.db, account.id, target.id)) !== undefined) return
    await unfollowActor(tx, account, target)
    await dismissFollower(tx, account, target)
    const { id } = await upsertBlock(tx.db, {
      id: tx.newId(),
      actorId: account.id,
      targetId: target.id,
      targetUri: target.uri,
      createdAt: tx.now(),
    })
    if (!target.isLocal) await enqueue(tx, 'actor.blocked', { blockId: id })
  })
}

async function dismissFollower(tx: TxContext, account: Actor, follower: Actor): Promise<void> {
  const follow = await findFollowBetween(tx.db, follower.id, account.id)
  if (follow !== undefined) await rejectFollow(tx, account, follower.id)
}
