import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import type { Actor } from '../../store/actors.ts'
import { enqueue } from '../../store/jobs.ts'
import { buryPost, findStatus, lockPost } from '../../store/statuses.ts'
import { buryBoost } from '../interactions/unboost.ts'
import { releaseAttachments } from '../media/release-attachments.ts'
import { isBoost } from '../policy/visibility.ts'
import { requireOwn } from './edit-post.ts'

/**
 * A post's author takes it back. Everybody who was named or follows is told; a tombstone stays under its id. Of a boost
 * they are told that it is undone: it is known elsewhere as an activity.
 * @param keepsMedia for a day, for the author to post them again; else their files go at once
 * @throws DomainError `not_found` when the post is not the author's or is gone already
 */
export async function deletePost(
  ctx: Context,
  author: Actor,
  id: string,
  { keepsMedia = false }: { readonly keepsMedia?: boolean } = {},
): Promise<void> {
  await transact(ctx, async (tx) => {
    await lockPost(tx.db, id)
    const post = requireOwn(await findStatus(tx.db, id), author)
    if (isBoost(post)) return buryBoost(tx, post)
    await releaseAttachments(tx, id, { discard: !keepsMedia })
    await buryPost(tx.db, id, tx.now())
    await enqueue(tx, 'status.deleted', { statusId: id })
  })
}
