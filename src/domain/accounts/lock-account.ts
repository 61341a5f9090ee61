import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { setLocked, type Actor } from '../../store/actors.ts'
import { enqueue } from '../../store/jobs.ts'

/** Whether followers need the owner's approval from now on. Those who follow stay; those who wait when it is not needed any more are let in. */
export async function lockAccount(ctx: Context, account: Actor, locked: boolean): Promise<void> {
  await transact(ctx, async (tx) => {
    await setLocked(tx.db, account.id, locked, tx.now())
    await enqueue(tx, 'actor.updated', { accountId: account.id })
    if (account.locked && !locked) await enqueue(tx, 'account.opened', { accountId: account.id })
  })
}
