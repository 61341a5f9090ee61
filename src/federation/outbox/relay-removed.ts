import type { Context } from '../../context.ts'
import type { Jobs } from '../../store/jobs.ts'
import { writeAbout } from '../vocab/write-follow.ts'
import { findInstanceActor, writeRelayFollow } from './relay-actor.ts'
import { sendActivity } from './send.ts'

/** An Undo of the Follow by which a relay was asked. */
export async function sendRelayRemoved(
  ctx: Context,
  { relayId, kind, actorUri, inboxId }: Jobs['relay.removed'],
  jobId: string,
): Promise<void> {
  const instance = await findInstanceActor(ctx)
  const follow = writeRelayFollow(ctx, instance, { id: relayId, kind, actorUri })
  const about = { id: `${follow.id}/undo`, actor: follow.actor, to: follow.object, follow }
  await sendActivity(ctx, {
    jobId,
    accountId: instance.id,
    objectId: relayId,
    activity: writeAbout('Undo', about),
    recipients: { inboxIds: [inboxId] },
  })
}
