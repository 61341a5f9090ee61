import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import type { Actor } from '../../store/actors.ts'
import { enqueue } from '../../store/jobs.ts'
import { upsertLike } from '../../store/likes.ts'
import type { Status } from '../../store/statuses.ts'
import { requireHere } from '../moving/require-here.ts'
import { requireInteraction } from '../policy/require-interaction.ts'
import { getTarget } from './target.ts'
import { notify } from '../notifications/notify.ts'

/**
 * An account of ours likes a post; a boost stands for what it boosts. Liking it again changes nothing.
 * @returns what is liked
 * @throws DomainError `not_found` for what they may not see, `forbidden` where its author does not let them and to an account
 *   that has moved
 */
export async function likeStatus(ctx: Context, account: Actor, statusId: string): Promise<Status> {
  requireHere(account)
  return transact(ctx, async (tx) => {
    const { status, author } = await getTarget(tx, account.id, statusId)
    await requireInteraction(tx, status, author, account, 'like')
    const like = { id: tx.newId(), actorId: account.id, statusId: status.id, statusUri: status.uri }
    const isNew = await upsertLike(tx.db, { ...like, createdAt: tx.now() })
    if (isNew && status.uri !== null) await enqueue(tx, 'like.created', { likeId: like.id })
    if (isNew)
      await notify(tx, { accountId: author.id, type: 'favourite', fromId: account.id, statusId: status.id })
    return status
  })
}
