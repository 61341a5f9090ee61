import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { actorUri, handleOf } from '../../domain/accounts/addresses.ts'
import { findActor, type Actor } from '../../store/actors.ts'
import type { Jobs } from '../../store/jobs.ts'
import { listCurrentKeys } from '../../store/keys.ts'
import {
  findFormerIdentity,
  findLetter,
  findRecovery,
  type FormerIdentity,
  type Recovery,
} from '../../store/recoveries.ts'
import { listAssigned, spaceDeliveries } from '../../store/recovery-followers.ts'
import {
  signAsFormer,
  writeEmbeddedMove,
  writeFormerMove,
  writeFormerUpdate,
} from '../letters/former-actor.ts'
import { signActivity } from '../signing/sign-activity.ts'
import { writeActor } from '../vocab/write-actor.ts'
import { publicCollection } from '../vocab/write-contexts.ts'
import { writeNotice } from '../vocab/write-notice.ts'
import { planOutgoing } from './plan.ts'

/** Between two messages to one host: GoToSocial takes 300 in five minutes. */
const spacingSeconds = 2

type Parts = { readonly recovery: Recovery; readonly account: Actor; readonly former: FormerIdentity }
type Assigned = Awaited<ReturnType<typeof listAssigned>>

/** What is said to some of those who followed the account where it was. */
export async function sendRecoverySaid(
  ctx: Context,
  { recoveryId, say, activityId }: Jobs['recovery.said'],
  jobId: string,
): Promise<void> {
  const recovery = await findRecovery(ctx.db, recoveryId)
  if (recovery === undefined) return
  const account = await findActor(ctx.db, recovery.accountId)
  const former = await findFormerIdentity(ctx.db, recovery.formerUri)
  const assigned = await listAssigned(ctx.db, recoveryId, activityId)
  if (account === undefined || former?.accountId !== account.id || assigned.length === 0) return
  const body = await writeBody(ctx, { recovery, account, former }, say, assigned)
  if (body === undefined) return
  const isFormer = recovery.hasKey && say !== 'meet'
  const formerIdentityId = isFormer ? former.id : undefined
  const outgoing = { id: activityId, accountId: account.id, formerIdentityId, jobId, body }
  const inboxIds = [...new Set(assigned.flatMap(({ sentInboxId }) => sentInboxId ?? []))]
  await transact(ctx, async (tx) => {
    const planned = await planOutgoing(tx, outgoing, { inboxIds })
    if (planned > 0) await spaceDeliveries(tx.db, activityId, spacingSeconds)
  })
}

/** As it is sent: what is told again after days has an id of its own, since receivers pass over those they know. */
async function writeBody(
  ctx: Context,
  parts: Parts,
  say: Jobs['recovery.said']['say'],
  assigned: Assigned,
): Promise<string | undefined> {
  const { recovery, account, former } = parts
  if (say === 'here') return undefined
  if (say === 'meet') return JSON.stringify(await introduce(ctx, account, recovery))
  if (!recovery.hasKey) return say === 'notice' ? undefined : findLetter(ctx.db, recovery.id, say)
  const [id, target] = [`${recovery.id}-${recovery.sweep}`, actorUri(ctx.config, account)]
  const activity =
    say === 'notice'
      ? notice(ctx, parts, assigned)
      : { move: writeFormerMove, move_embedded: writeEmbeddedMove, update: writeFormerUpdate }[say](
          former,
          target,
          id,
        )
  return activity && JSON.stringify(await signAsFormer(ctx, former, activity, say !== 'notice'))
}

/** The account as it is here: whoever takes it in knows where a Move leads to. */
async function introduce(ctx: Context, account: Actor, { id, sweep }: Recovery): Promise<object> {
  const actor = actorUri(ctx.config, account)
  const keys = await listCurrentKeys(ctx.db, account.id)
  const { '@context': context, ...object } = writeActor(ctx.config, account, keys)
  const activity = { id: `${actor}#updates/${id}-${sweep}`, type: 'Update', actor, to: [publicCollection] }
  return signActivity(ctx, account.id, { '@context': context, ...activity, object })
}

function notice({ config, now }: Context, { recovery, account, former }: Parts, [to]: Assigned) {
  if (to === undefined) return undefined
  return writeNotice(former, {
    id: `${recovery.id}-${to.number}`,
    to,
    account: { uri: actorUri(config, account), handle: handleOf(config, account) },
    at: now(),
  })
}
