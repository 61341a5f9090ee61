import type { Context, TxContext } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { isBoost } from '../../domain/policy/visibility.ts'
import { enqueue } from '../../store/jobs.ts'
import { listRelayInboxIds, type RelayKind } from '../../store/relays.ts'
import type { Status } from '../../store/statuses.ts'

/** What relays are sent as it is. LitePub relays are told of a new post by an Announce instead. */
const kindsByType: Readonly<Record<string, readonly RelayKind[]>> = {
  Create: ['mastodon'],
  Update: ['mastodon', 'litepub'],
  Delete: ['mastodon', 'litepub'],
}

/** The relays' inboxes that an activity about a post goes to: none, unless the post is public. */
export async function listRelaysFor(
  tx: TxContext,
  status: Status,
  activity: Record<string, unknown>,
): Promise<number[]> {
  if (status.visibility !== 'public' || isBoost(status)) return []
  return listRelayInboxIds(tx.db, kindsByType[String(activity['type'])] ?? [])
}

/** Lets the instance announce a new post to the LitePub relays, if there are any. */
export async function announceByRelay(ctx: Context, statusId: string): Promise<void> {
  if ((await listRelayInboxIds(ctx.db, ['litepub'])).length === 0) return
  const once = { key: statusId, seconds: 3600 }
  await transact(ctx, (tx) => enqueue(tx, 'post.relayed', { statusId }, { once }))
}
