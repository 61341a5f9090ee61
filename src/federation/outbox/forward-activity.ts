import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import type { Jobs } from '../../store/jobs.ts'
import { findRemoteStatus } from '../../store/statuses.ts'
import { planOutgoing } from './plan.ts'

/** What somebody else said, as they said it, to the followers of one of us; not back to where it came from. */
export async function forwardActivity(
  ctx: Context,
  { accountId, body, fromHost, ...object }: Jobs['activity.forwarded'],
  jobId: string,
): Promise<void> {
  await transact(ctx, async (tx) => {
    const named = object.objectUri === null ? undefined : await findRemoteStatus(tx.db, object.objectUri)
    const objectId = object.objectId ?? named?.id
    const activity = { id: tx.newId(), accountId, jobId, objectId, body }
    await planOutgoing(tx, activity, { followersOf: accountId, exceptHost: fromHost })
  })
}
