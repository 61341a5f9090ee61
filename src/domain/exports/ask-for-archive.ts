import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { DomainError } from '../../lib/errors.ts'
import { hourMs } from '../../lib/time.ts'
import type { Actor } from '../../store/actors.ts'
import { findArchive, findLastArchive, insertArchive, type Archive } from '../../store/archives.ts'
import { enqueue } from '../../store/jobs.ts'
import { recordAct } from '../audit/record-act.ts'
import { newArchiveKey } from './archive-key.ts'

/** How long a member waits for another one. */
const archiveEveryMs = 24 * hourMs

/** When a member may ask for another archive; undefined for now. */
export async function nextArchiveAt(
  ctx: Pick<Context, 'db' | 'now'>,
  accountId: string,
): Promise<Date | undefined> {
  const last = await findLastArchive(ctx.db, accountId)
  const next = new Date((last?.getTime() ?? 0) + archiveEveryMs)
  return next > ctx.now() ? next : undefined
}

/**
 * Has an archive of an account made, of which the member is told by mail.
 * @throws DomainError `limited` when the last was asked for within a day, `conflict` when one is being made
 */
export async function askForArchive(ctx: Context, account: Actor, ip?: string): Promise<Archive> {
  return transact(ctx, async (tx) => {
    const next = await nextArchiveAt(tx, account.id)
    if (next !== undefined)
      throw new DomainError(
        'limited',
        `An archive is made once a day: the next may be asked for from ${next.toISOString()} on.`,
        { retryAfterSeconds: Math.ceil((next.getTime() - tx.now().getTime()) / 1000) },
      )
    const archive = { id: tx.newId(), accountId: account.id, key: newArchiveKey(), createdAt: tx.now() }
    if (!(await insertArchive(tx.db, archive)))
      throw new DomainError('conflict', 'An archive is being made already.')
    await enqueue(tx, 'archive.make', { archiveId: archive.id })
    await recordAct(tx, account.id, 'archive.asked', { ip })
    return (await findArchive(tx.db, archive.id))!
  })
}
