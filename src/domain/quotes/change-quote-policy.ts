import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import type { Actor } from '../../store/actors.ts'
import { enqueue } from '../../store/jobs.ts'
import { findStatus, lockPost, setQuotePolicy, type Status } from '../../store/statuses.ts'
import { isBoost } from '../policy/visibility.ts'
import { requireOwn } from '../statuses/edit-post.ts'
import { DomainError } from '../../lib/errors.ts'
import type { QuotePolicy } from './quote-policy.ts'

/**
 * Who may quote a post from now on. What was allowed stays so, and others are told what holds.
 * @throws DomainError `not_found` when the post is not theirs, `invalid` for a boost
 */
export async function changeQuotePolicy(
  ctx: Context,
  author: Actor,
  statusId: string,
  policy: QuotePolicy,
): Promise<Status> {
  return transact(ctx, async (tx) => {
    await lockPost(tx.db, statusId)
    const post = requireOwn(await findStatus(tx.db, statusId), author)
    if (isBoost(post)) throw new DomainError('invalid', 'A boost is not quoted.')
    if (post.quotePolicy === policy) return post
    await setQuotePolicy(tx.db, statusId, policy)
    await enqueue(tx, 'status.updated', { statusId })
    return { ...post, quotePolicy: policy }
  })
}
