import type { Context, TxContext } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { DomainError } from '../../lib/errors.ts'
import type { Actor } from '../../store/actors.ts'
import { enqueue } from '../../store/jobs.ts'
import * as store from '../../store/scheduled-statuses.ts'
import { releaseAttachments } from '../media/release-attachments.ts'
import { requireTime } from './limits.ts'

/** @throws DomainError `not_found` */
export async function getScheduled(ctx: Context, { id: accountId }: Actor, id: string) {
  const found = await store.findScheduled(ctx.db, id)
  if (found?.accountId !== accountId) throw notFound()
  return found
}

/**
 * Another time for what an account will post, or for what could not be posted.
 * @throws DomainError `not_found`; `invalid` for a time too near and for too many on a day
 */
export async function reschedulePost(
  ctx: Context,
  account: Actor,
  id: string,
  scheduledAt: Date,
): Promise<void> {
  await transact(ctx, async (tx) => {
    await lockOwn(tx, account, id)
    await requireTime(tx, account, { at: scheduledAt, except: id })
    await store.setScheduledAt(tx.db, id, scheduledAt)
    await enqueue(tx, 'status.due', { scheduledId: id }, { startAfter: scheduledAt })
  })
}

/** An account will not post it after all. What it carried may be posted otherwise for a day. @throws DomainError `not_found` */
export async function dropScheduled(ctx: Context, account: Actor, id: string): Promise<void> {
  await transact(ctx, async (tx) => {
    await lockOwn(tx, account, id)
    await releaseAttachments(tx, id)
    await store.deleteScheduled(tx.db, id)
  })
}

async function lockOwn({ db }: TxContext, account: Actor, id: string): Promise<void> {
  if ((await store.lockScheduled(db, account.id, id)) === undefined) throw notFound()
}

function notFound(): DomainError {
  return new DomainError('not_found', 'There is no such scheduled post.')
}
