import { hash } from 'node:crypto'
import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import type { Jobs } from '../../store/jobs.ts'
import { findFormerIdentity, findRecovery } from '../../store/recoveries.ts'
import { signAsFormer } from '../letters/former-actor.ts'
import { writeAbout, writeFollow } from '../vocab/write-follow.ts'
import { planOutgoing } from './plan.ts'

/** Whoever accepted the account here loses its former follow, which the former key takes back. */
export async function sendRecoveryParted(
  ctx: Context,
  { recoveryId, targetUri, inboxId }: Jobs['recovery.parted'],
  jobId: string,
): Promise<void> {
  const recovery = await findRecovery(ctx.db, recoveryId)
  const former = recovery && (await findFormerIdentity(ctx.db, recovery.formerUri))
  if (recovery?.hasKey !== true || former === undefined) return
  const { actorUri: actor, accountId } = former
  // Nobody knows any more what the Follow was called; receivers find it by its two ends.
  const id = `${actor}#follows/${hash('sha256', targetUri, 'base64url')}`
  const follow = writeFollow(id, actor, targetUri)
  const activity = writeAbout('Undo', { id: `${id}/undo`, actor, to: targetUri, follow })
  const body = JSON.stringify(await signAsFormer(ctx, former, activity, false))
  const outgoing = { id: ctx.newId(), accountId, formerIdentityId: former.id, jobId, body }
  await transact(ctx, (tx) => planOutgoing(tx, outgoing, { inboxIds: [inboxId] }))
}
