import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { DomainError } from '../../lib/errors.ts'
import type { Actor } from '../../store/actors.ts'
import { deleteFeatured, insertFeatured, listFeaturedIds, lockAccountRow } from '../../store/featured.ts'
import { enqueue } from '../../store/jobs.ts'
import { findStatus } from '../../store/statuses.ts'
import { requireHere } from '../moving/require-here.ts'
import { isBoost } from '../policy/visibility.ts'
import { requireOwn } from '../statuses/edit-post.ts'
import { featuredLimits } from './limits.ts'

/**
 * An account shows a post of its own first. Others are told of it when they may read it.
 * @throws DomainError `not_found` when the post is not theirs, `invalid` for a boost or a direct post and when there are
 *   five already, `forbidden` for an account that has moved
 */
export async function pinPost(ctx: Context, author: Actor, statusId: string): Promise<void> {
  requireHere(author)
  await transact(ctx, async (tx) => {
    await lockAccountRow(tx.db, author.id)
    const post = requireOwn(await findStatus(tx.db, statusId), author)
    if (isBoost(post) || post.visibility === 'direct')
      throw new DomainError('invalid', 'A boost or a direct post cannot be pinned.')
    const pinned = await listFeaturedIds(tx.db, author.id, featuredLimits.pins)
    if (pinned.includes(statusId)) return
    if (pinned.length >= featuredLimits.pins)
      throw new DomainError(
        'invalid',
        `You have pinned ${featuredLimits.pins} posts already: unpin one first.`,
      )
    await insertFeatured(tx.db, author.id, statusId, tx.now())
    await enqueue(tx, 'post.pinned', { statusId })
  })
}

/**
 * Nothing happens when it is not pinned.
 * @throws DomainError `not_found` when the post is not theirs
 */
export async function unpinPost(ctx: Context, author: Actor, statusId: string): Promise<void> {
  await transact(ctx, async (tx) => {
    requireOwn(await findStatus(tx.db, statusId), author)
    if (await deleteFeatured(tx.db, author.id, statusId)) await enqueue(tx, 'post.unpinned', { statusId })
  })
}
