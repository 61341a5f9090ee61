import type { TxContext } from '../../context.ts'
import { planDelivery, type OutgoingActivity, type Recipients } from '../../store/delivery-plan.ts'
import { markFederated } from '../../store/instance.ts'

/**
 * Writes what leaves into the ledger for all its recipients, once for each job. From then on others know the instance,
 * whose origin must stay.
 * @returns how many deliveries are planned
 */
export async function planOutgoing(
  tx: TxContext,
  outgoing: OutgoingActivity,
  recipients: Recipients,
): Promise<number> {
  const planned = await planDelivery(tx.db, outgoing, recipients)
  if (planned > 0) await markFederated(tx.db, tx.now())
  return planned
}
