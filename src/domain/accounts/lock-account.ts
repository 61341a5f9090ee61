import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { setLocked, type Actor } from '../../store/actors.ts'
import { enqueue } from '../../store/jobs.ts'

/** Whether followers need the owner's approval from now on. Those who wait keep waiting, those who follow stay. */
export async function lockAccount(ctx: Context, account: Actor, locked: boolean): Promise<void> {
  await transact(ctx, async (tx) => {
    await setLocked(tx.db, account.id, locked, tx.now())
    await enqueue(tx, 'actor.updated', { accountId: account.id })
  })
}
