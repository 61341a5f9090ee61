import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import type { Jobs } from '../../store/jobs.ts'
import { holdRelay } from '../../store/relays.ts'
import { withContext } from '../vocab/write-follow.ts'
import { findInstanceActor, writeRelayFollow } from './relay-actor.ts'
import { sendActivity } from './send.ts'

/** Asks a relay, before its removal can tell it otherwise; nothing when it was removed meanwhile. */
export async function sendRelayAdded(
  ctx: Context,
  { relayId }: Jobs['relay.added'],
  jobId: string,
): Promise<void> {
  const instance = await findInstanceActor(ctx)
  await transact(ctx, async (tx) => {
    const relay = await holdRelay(tx.db, relayId)
    if (relay === undefined) return
    const activity = withContext(writeRelayFollow(tx, instance, relay))
    const recipients = { inboxIds: [relay.inboxId] }
    await sendActivity(tx, { jobId, accountId: instance.id, objectId: relay.id, activity, recipients })
  })
}
