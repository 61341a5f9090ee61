import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { actorUri } from '../../domain/accounts/addresses.ts'
import { lockLeaving } from '../../domain/accounts/leave.ts'
import { markAccountDeleted } from '../../store/actors.ts'
import { listInboxesThatKnow } from '../../store/departures.ts'
import { enqueue, type Jobs } from '../../store/jobs.ts'
import { listRelayInboxIds } from '../../store/relays.ts'
import { plainContext, publicCollection } from '../vocab/write-contexts.ts'
import { sendActivity } from './send.ts'

/**
 * The account is gone for good from here on: its address answers that, and every server that may know it is told by a
 * Delete of the actor. What it leaves behind is erased after that.
 */
export async function sendAccountDeleted(
  ctx: Context,
  { accountId }: Jobs['account.closing'],
  jobId: string,
): Promise<void> {
  await transact(ctx, async (tx) => {
    const account = await lockLeaving(tx, accountId)
    if (account === undefined) return
    const actor = actorUri(tx.config, account)
    const to = [publicCollection]
    const activity = {
      '@context': plainContext,
      id: `${actor}#delete`,
      type: 'Delete',
      actor,
      to,
      object: actor,
    }
    const relays = await listRelayInboxIds(tx.db, ['mastodon', 'litepub'])
    const inboxIds = [...new Set([...(await listInboxesThatKnow(tx.db, accountId)), ...relays])]
    const recipients = { followersOf: accountId, inboxIds }
    await sendActivity(tx, { jobId, accountId, objectId: accountId, activity, recipients })
    await markAccountDeleted(tx.db, accountId, tx.now())
    await enqueue(tx, 'account.erasing', { accountId })
  })
}
