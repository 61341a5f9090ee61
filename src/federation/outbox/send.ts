import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { signActivity } from '../signing/sign-activity.ts'
import type { Recipients } from '../../store/delivery-plan.ts'
import { planOutgoing } from './plan.ts'

type Sending = {
  readonly jobId: string
  readonly accountId: string
  /** What it is about (a post, a follow, the account): what is said of one thing arrives in order. */
  readonly objectId?: string
  readonly activity: Record<string, unknown>
  readonly recipients: Recipients
  /** Whether each receiver is told who there follows the account (FEP-8fcf). */
  readonly synchronizes?: boolean
}

/** The one way an activity leaves: signed, and written into the ledger for all its recipients, once for each job. */
export async function sendActivity(ctx: Context, sending: Sending): Promise<void> {
  const { activity, recipients, ...rest } = sending
  const signed = await signActivity(ctx, sending.accountId, activity)
  await transact(ctx, async (tx) => {
    const outgoing = { id: tx.newId(), body: JSON.stringify(signed), ...rest }
    await planOutgoing(tx, outgoing, recipients)
  })
}
