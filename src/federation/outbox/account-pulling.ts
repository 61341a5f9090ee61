import type { Context } from '../../context.ts'
import { actorUri } from '../../domain/accounts/addresses.ts'
import { findActor } from '../../store/actors.ts'
import type { Jobs } from '../../store/jobs.ts'
import { listOneOfEachHost } from '../../store/moves.ts'
import { publicCollection } from '../vocab/write-contexts.ts'
import { withContext } from '../vocab/write-follow.ts'
import { sendActivity } from './send.ts'

/** Software that takes a Move from the place that somebody went to, by its NodeInfo name. */
const pullingSoftware = ['holdfast', 'mitra']
const maxHosts = 1000

/**
 * A Move of which the new account is the actor (FEP-7628, pulled), to one inbox of each server that knows it; nothing
 * when the alias was dropped or the account moved on meanwhile.
 */
export async function sendPulledMove(
  ctx: Context,
  { accountId, formerUri }: Jobs['account.pulling'],
  jobId: string,
): Promise<void> {
  const account = await findActor(ctx.db, accountId)
  if (account === undefined || account.movedTo !== null || !account.alsoKnownAs.includes(formerUri)) return
  const actor = actorUri(ctx.config, account)
  const activity = withContext({
    id: `${actor}#pulls/${jobId}`,
    type: 'Move',
    actor,
    object: formerUri,
    target: actor,
    to: [publicCollection],
  })
  const actorIds = await listOneOfEachHost(ctx.db, pullingSoftware, maxHosts)
  await sendActivity(ctx, { jobId, accountId, objectId: accountId, activity, recipients: { actorIds } })
}
