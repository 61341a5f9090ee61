import type { Context, TxContext } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { DomainError } from '../../lib/errors.ts'
import { isDomainBlockedBy } from '../../store/account-domain-blocks.ts'
import type { Actor } from '../../store/actors.ts'
import { isBlockedBetween } from '../../store/blocks.ts'
import { acceptFollow, findFollowBetween, upsertFollow } from '../../store/follows.ts'
import { enqueue } from '../../store/jobs.ts'
import { requireHere } from '../moving/require-here.ts'
import { markReturned } from '../../store/recovery-followers.ts'
import { actorUri } from '../accounts/addresses.ts'
import { notify } from '../notifications/notify.ts'

/**
 * An account of ours follows somebody: at once when the target lives here and is open, otherwise when the target
 * accepts.
 * @throws DomainError `invalid` for oneself, `forbidden` where one of the two blocks the other or has moved, and for
 *   somebody of a domain that the account blocks
 */
export async function followActor(
  ctx: Context,
  account: Actor,
  target: Actor,
): Promise<'accepted' | 'pending'> {
  if (account.id === target.id) throw new DomainError('invalid', 'You cannot follow yourself.')
  requireHere(account)
  return transact(ctx, async (tx) => {
    const obstacle = await findObstacle(tx, account, target)
    if (obstacle !== undefined) throw new DomainError('forbidden', obstacle)
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

/** @returns why the account may not follow the target, in words for it */
export async function findObstacle(
  { db }: TxContext,
  account: Actor,
  target: Actor,
): Promise<string | undefined> {
  if (await isBlockedBetween(db, account.id, target.id))
    return 'You cannot follow somebody whom you block or who blocks you.'
  if (target.domain !== null && (await isDomainBlockedBy(db, account.id, target.domain)))
    return `You cannot follow somebody on ${target.domain}, which you block.`
  // Whoever follows already may still say what is wanted of them.
  if (target.movedTo === null || (await findFollowBetween(db, account.id, target.id)) !== undefined)
    return undefined
  return `You cannot follow somebody who has moved: they are now at ${target.movedTo}.`
}

/** Whoever followed the target where it was before need not ask again. */
function isBack(tx: TxContext, account: Actor, target: Actor): Promise<boolean> {
  return markReturned(tx.db, target.id, actorUri(tx.config, account), tx.now())
}
