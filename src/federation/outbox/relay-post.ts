import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { actorUri, followersUri } from '../../domain/accounts/addresses.ts'
import type { Jobs } from '../../store/jobs.ts'
import { listRelayInboxIds } from '../../store/relays.ts'
import { plainContext, publicCollection } from '../vocab/write-contexts.ts'
import { loadPost } from './load-post.ts'
import { findInstanceActor } from './relay-actor.ts'
import { sendActivity } from './send.ts'

/** An Announce of a public post by the instance's own actor, as LitePub relays expect it: they fetch the post. */
export async function sendPostRelayed(
  ctx: Context,
  { statusId }: Jobs['post.relayed'],
  jobId: string,
): Promise<void> {
  await transact(ctx, async (tx) => {
    const [instance, view] = [await findInstanceActor(tx), await loadPost(tx, statusId)]
    if (view === undefined || view.status.deletedAt !== null || view.status.visibility !== 'public') return
    const actor = actorUri(ctx.config, instance)
    const activity = {
      '@context': plainContext,
      id: `${actor}#announces/${statusId}`,
      type: 'Announce',
      actor,
      published: tx.now().toISOString(),
      to: [publicCollection],
      cc: [followersUri(ctx.config, instance)],
      object: view.uri,
    }
    const recipients = { inboxIds: await listRelayInboxIds(tx.db, ['litepub']) }
    await sendActivity(tx, { jobId, accountId: instance.id, objectId: statusId, activity, recipients })
  })
}
