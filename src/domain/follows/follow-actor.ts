import type { Context, TxContext } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { DomainError } from '../../lib/errors.ts'
import type { Actor } from '../../store/actors.ts'
import { isBlockedBetween } from '../../store/blocks.ts'
import { acceptFollow, upsertFollow } from '../../store/follows.ts'
import { enqueue } from '../../store/jobs.ts'
import { requireHere } from '../moving/require-here.ts'
import { markReturned } from '../../store/recovery-followers.ts'
import { actorUri } from '../accounts/addresses.ts'
import { notify } from '../notifications/notify.ts'

/**
 * An account of ours follows somebody: at once when the target lives here and is open, otherwise when the target
 * accepts.
 * @throws DomainError `invalid` for oneself, `forbidden` where one of the two blocks the other or the account has moved
 */
export async function followActor(
  ctx: Context,
  account: Actor,
  target: Actor,
): Promise<'accepted' | 'pending'> {
  if (account.id === target.id) throw new DomainError('invalid', 'You cannot follow yourself.')
  requireHere(account)
  return transact(ctx, async (tx) => {
    if (await isBlockedBetween(tx.db, account.id, target.id))
      throw new DomainError('forbidden', 'You cannot follow somebody whom you block or who blocks you.')
    const follow = await upsertFollow(tx.db, {
      id: tx.newId(),
      followerId: account.id,
      targetId: target.id,
      targetUri: target.uri,
      state: 'pending',
      createdAt: tx.now(),
    })
    if (follow.state === 'accepted') return 'accepted'
    if (target.isLocal && (!target.locked || (await isBack(tx, account, target)))) {
      await acceptFollow(tx.db, follow.id, tx.now())
      await notify(tx, { accountId: target.id, type: 'follow', fromId: account.id })
      return 'accepted'
    }
    if (!target.isLocal) await enqueue(tx, 'follow.requested', { followId: follow.id })
    else await notify(tx, { accountId: target.id, type: 'follow_request', fromId: account.id })
    return 'pending'
  })
}

/** Whoever followed the target where it was before need not ask again. */
function isBack(tx: TxContext, account: Actor, target: Actor): Promise<boolean> {
  return markReturned(tx.db, target.id, actorUri(tx.config, account), tx.now())
}
