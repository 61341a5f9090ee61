import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import type { Actor } from '../../store/actors.ts'
import { deleteMutedThreads, insertMutedThread } from '../../store/muted-threads.ts'
import { mostStepsUp } from '../../store/thread-roots.ts'
import { listAncestorIds } from '../../store/threads.ts'
import type { Status } from '../../store/statuses.ts'
import { getVisibleStatus } from '../statuses/get-visible.ts'

/**
 * A member wants to hear no more of the thread that a status is in; a boost stands for what it boosts.
 * @returns the status
 * @throws DomainError `not_found` for what they may not see
 */
export async function muteThread(ctx: Context, account: Actor, statusId: string): Promise<Status> {
  return transact(ctx, async (tx) => {
    const status = await getNamed(tx, account, statusId)
    const above = await listAncestorIds(tx.db, status.id, mostStepsUp)
    await insertMutedThread(tx.db, account.id, above.at(-1) ?? status.id, tx.now())
    return status
  })
}

/** The opposite, from wherever in the thread it was muted. */
export async function unmuteThread(ctx: Context, account: Actor, statusId: string): Promise<Status> {
  return transact(ctx, async (tx) => {
    const status = await getNamed(tx, account, statusId)
    const above = await listAncestorIds(tx.db, status.id, mostStepsUp)
    await deleteMutedThreads(tx.db, account.id, [status.id, ...above])
    return status
  })
}

async function getNamed(ctx: Pick<Context, 'db'>, account: Actor, statusId: string): Promise<Status> {
  const named = await getVisibleStatus(ctx, statusId, account.id)
  return named.boostOfId === null ? named : getVisibleStatus(ctx, named.boostOfId, account.id)
}
