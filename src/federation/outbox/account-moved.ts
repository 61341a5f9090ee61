import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { actorUri, followersUri } from '../../domain/accounts/addresses.ts'
import { findActor } from '../../store/actors.ts'
import { enqueue, type Jobs } from '../../store/jobs.ts'
import { findMoveState } from '../../store/moves.ts'
import { listRelayInboxIds } from '../../store/relays.ts'
import { withContext } from '../vocab/write-follow.ts'
import { publicCollection } from '../vocab/write-contexts.ts'
import { sendActorUpdated } from './actor-updated.ts'
import { sendActivity } from './send.ts'

/**
 * First the profile with its `movedTo`, which is all that Misskey and its forks look at; the Move itself goes out behind
 * it, in that order.
 */
export async function sendAccountMoved(
  ctx: Context,
  { accountId }: Jobs['account.moved'],
  jobId: string,
): Promise<void> {
  await transact(ctx, async (tx) => {
    await sendActorUpdated(tx, { accountId }, jobId)
    await enqueue(tx, 'account.leaving', { accountId })
  })
}

/**
 * A Move to everybody who follows the account, and to relays; nothing when it came back meanwhile. Addresses are strings, which is what
 * Akkoma, snac and BookWyrm understand; it keeps its id when it is said again.
 */
export async function sendMove(
  ctx: Context,
  { accountId }: Jobs['account.leaving'],
  jobId: string,
): Promise<void> {
  const [account, state] = await Promise.all([findActor(ctx.db, accountId), findMoveState(ctx.db, accountId)])
  if (account === undefined || account.movedTo === null || state?.movedAt == null) return
  const actor = actorUri(ctx.config, account)
  const activity = withContext({
    id: `${actor}#moves/${state.movedAt.getTime()}`,
    type: 'Move',
    actor,
    object: actor,
    target: account.movedTo,
    to: [followersUri(ctx.config, account)],
    cc: [publicCollection],
  })
  const inboxIds = await listRelayInboxIds(ctx.db, ['mastodon', 'litepub'])
  const recipients = { followersOf: accountId, inboxIds }
  await sendActivity(ctx, { jobId, accountId, objectId: accountId, activity, recipients })
}
