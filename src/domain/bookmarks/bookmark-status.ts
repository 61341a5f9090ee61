import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { deleteBookmark, insertBookmark } from '../../store/bookmarks.ts'
import type { Actor } from '../../store/actors.ts'
import { holdStatus, type Status } from '../../store/statuses.ts'
import { DomainError } from '../../lib/errors.ts'
import { findOriginal } from '../interactions/find-original.ts'
import { getVisibleStatus } from '../statuses/get-visible.ts'

/**
 * A member keeps a status to come back to; nobody is told. A boost stands for what it boosts.
 * @returns what is kept
 * @throws DomainError `not_found` for what they may not see
 */
export async function bookmarkStatus(ctx: Context, account: Actor, statusId: string): Promise<Status> {
  return transact(ctx, async (tx) => {
    const named = await getVisibleStatus(tx, statusId, account.id)
    const status = await holdStatus(tx.db, named.boostOfId ?? named.id)
    if (status === undefined || status.deletedAt !== null)
      throw new DomainError('not_found', 'There is no such post.')
    const bookmark = { id: tx.newId(), accountId: account.id, statusId: status.id, statusUri: status.uri }
    await insertBookmark(tx.db, { ...bookmark, createdAt: tx.now() })
    return status
  })
}

/** Also of what they may no longer see; nothing happens when it is not kept. */
export async function unbookmarkStatus(ctx: Context, account: Actor, statusId: string): Promise<void> {
  await transact(ctx, async (tx) => {
    const original = await findOriginal(tx, statusId)
    await deleteBookmark(tx.db, account.id, original?.id ?? statusId)
  })
}
