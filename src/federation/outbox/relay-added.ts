import type { Context } from '../../context.ts'
import type { Jobs } from '../../store/jobs.ts'
import { findRelay } from '../../store/relays.ts'
import { withContext } from '../vocab/write-follow.ts'
import { findInstanceActor, writeRelayFollow } from './relay-actor.ts'
import { sendActivity } from './send.ts'

/** Asks a relay; nothing when it was removed meanwhile. */
export async function sendRelayAdded(
  ctx: Context,
  jobId: string,
  { relayId }: Jobs['relay.added'],
): Promise<void> {
  const [instance, relay] = [await findInstanceActor(ctx), await findRelay(ctx.db, relayId)]
  if (relay === undefined) return
  const activity = withContext(writeRelayFollow(ctx, instance, relay))
  const recipients = { inboxIds: [relay.inboxId] }
  await sendActivity(ctx, { jobId, accountId: instance.id, objectId: relay.id, activity, recipients })
}
