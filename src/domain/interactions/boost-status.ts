import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import type { Visibility } from '../../db/schema.ts'
import { DomainError } from '../../lib/errors.ts'
import type { Actor } from '../../store/actors.ts'
import { findBoostId, insertBoost } from '../../store/boosts.ts'
import { enqueue } from '../../store/jobs.ts'
import { findStatus, type Status } from '../../store/statuses.ts'
import { publishStatuses } from '../../store/stream-events.ts'
import { requireHere } from '../moving/require-here.ts'
import { requireInteraction } from '../policy/require-interaction.ts'
import { mayBoost, narrower } from './boost-visibility.ts'
import { getTarget } from './target.ts'
import { notify } from '../notifications/notify.ts'

/**
 * An account of ours passes a post on to its followers; a boost stands for what it boosts. Boosting it again changes
 * nothing.
 * @param visibility public unless given, and never wider than what is boosted
 * @returns the boost
 * @throws DomainError `not_found` for what they may not see, `forbidden` for what is not for everybody, unless it is
 *   their own and for followers, and where its author does not let them, and to an account that has moved
 */
export async function boostStatus(
  ctx: Context,
  account: Actor,
  statusId: string,
  visibility: Exclude<Visibility, 'direct'> = 'public',
): Promise<Status> {
  requireHere(account)
  return transact(ctx, async (tx) => {
    const { status, author } = await getTarget(tx, account.id, statusId)
    if (!mayBoost(account.id, status)) throw new DomainError('forbidden', 'This post is not to be passed on.')
    await requireInteraction(tx, status, author, account, 'announce')
    const id = tx.newId()
    const isNew = await insertBoost(tx.db, {
      id,
      actorId: account.id,
      visibility: narrower(visibility, status.visibility),
      audience: author.isLocal ? [] : [author.id],
      boostOfId: status.id,
      boostOfUri: status.uri,
      createdAt: tx.now(),
    })
    if (isNew) {
      publishStatuses(tx.db, 'update', [id])
      await enqueue(tx, 'boost.created', { statusId: id })
      await notify(tx, { accountId: author.id, type: 'reblog', fromId: account.id, statusId: status.id })
    }
    const boostId = isNew ? id : await findBoostId(tx.db, account.id, status.id)
    const boost = boostId === undefined ? undefined : await findStatus(tx.db, boostId)
    if (boost === undefined) throw new DomainError('conflict', 'The post is being boosted already.')
    return boost
  })
}
