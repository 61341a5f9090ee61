import type { TxContext } from '../../context.ts'
import { enqueue } from '../../store/jobs.ts'
import { updateRecovery } from '../../store/recoveries.ts'

/** The next turn of a recovery's work; whatever was planned before it is late, and does nothing. */
export async function scheduleTurn(tx: TxContext, recoveryId: string, at: Date): Promise<void> {
  await updateRecovery(tx.db, recoveryId, { turnAt: at })
  // Workers are told at once of a job that may begin, and look only now and then for one that could not yet.
  const timing = at > tx.now() ? { startAfter: at } : {}
  await enqueue(tx, 'recovery.turn', { recoveryId, at: at.toISOString() }, timing)
}
