import type { Context } from '../../context.ts'
import { actorUri } from '../../domain/accounts/addresses.ts'
import type { Jobs } from '../../store/jobs.ts'
import { findRelay } from '../../store/relays.ts'
import { writeAbout, writeFollow } from '../vocab/write-follow.ts'
import { findInstanceActor } from './relay-actor.ts'
import { sendActivity } from './send.ts'

/** A LitePub relay follows back: the instance lets it. */
export async function sendRelayFollowed(
  ctx: Context,
  { relayId, activityUri }: Jobs['relay.followed'],
  jobId: string,
): Promise<void> {
  const [instance, relay] = [await findInstanceActor(ctx), await findRelay(ctx.db, relayId)]
  if (relay === undefined || relay.actorUri === null) return
  const actor = actorUri(ctx.config, instance)
  const follow = writeFollow(activityUri, relay.actorUri, actor)
  const about = { id: `${actor}#accepts/${jobId}`, actor, to: relay.actorUri, follow }
  await sendActivity(ctx, {
    jobId,
    accountId: instance.id,
    objectId: relay.id,
    activity: writeAbout('Accept', about),
    recipients: { inboxIds: [relay.inboxId] },
  })
}
