import type { Context } from '../../context.ts'
import type { InboxMessage } from '../../store/inbox.ts'
import { readFollowersDigest } from './followers-digest.ts'
import { planForwarding } from './forwarding.ts'
import type { Act, Received } from './listener.ts'

/** What an activity causes beside its effect, whatever that is: in the same transaction, the first time that it comes. */
export async function listAfterEffects(
  ctx: Context,
  message: Pick<InboxMessage, 'body' | 'collectionSynchronization'>,
  received: Received,
): Promise<readonly Act[]> {
  if (received.carried) return []
  const header = message.collectionSynchronization
  const acts = [
    header === null ? undefined : await readFollowersDigest(ctx, received, header),
    await planForwarding(ctx, received, message.body),
  ]
  return acts.filter((act) => act !== undefined)
}
