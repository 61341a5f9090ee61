import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { DomainError } from '../../lib/errors.ts'
import type { Actor } from '../../store/actors.ts'
import { findBlock, upsertBlock } from '../../store/blocks.ts'
import { deleteConversationsWith } from '../../store/conversation-ends.ts'
import { enqueue } from '../../store/jobs.ts'
import { deleteNotificationsFrom } from '../../store/notifications.ts'
import { dismissFollower } from '../follows/answer-follow.ts'
import { unfollowActor } from '../follows/unfollow-actor.ts'

/**
 * An account of ours does not want to have to do with somebody: neither follows the other from now on, neither sees
 * the other's posts here, what the other does with the account's posts does not count, and what the account was told of
 * the other is gone. Their server is told, as Mastodon does, so that it shows them no more than we do.
 * @throws DomainError `invalid` for oneself
 */
export async function blockActor(ctx: Context, account: Actor, target: Actor): Promise<void> {
  if (account.id === target.id) throw new DomainError('invalid', 'You cannot block yourself.')
  await transact(ctx, async (tx) => {
    if ((await findBlock(tx.db, account.id, target.id)) !== undefined) return
    await unfollowActor(tx, account, target)
    await dismissFollower(tx, account, target.id)
    await deleteNotificationsFrom(tx.db, account.id, target.id)
    await deleteConversationsWith(tx.db, account.id, target.id)
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
