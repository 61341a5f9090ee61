import type { Context } from '../../context.ts'
import { actorUri } from '../../domain/accounts/addresses.ts'
import { findActor } from '../../store/actors.ts'
import { listCurrentKeys } from '../../store/keys.ts'
import type { Jobs } from '../../store/jobs.ts'
import { writeActor } from '../vocab/write-actor.ts'
import { publicCollection } from '../vocab/write-contexts.ts'
import { sendActivity } from './send.ts'

/** An Update with the whole actor document to everybody who follows it. */
export async function sendActorUpdated(
  ctx: Context,
  data: Jobs['actor.updated'],
  jobId: string,
): Promise<void> {
  const account = await findActor(ctx.db, data.accountId)
  if (account === undefined) return
  const actor = actorUri(ctx.config, account)
  const { '@context': context, ...object } = writeActor(
    ctx.config,
    account,
    await listCurrentKeys(ctx.db, account.id),
  )
  const id = `${actor}#updates/${jobId}`
  const activity = { '@context': context, id, type: 'Update', actor, to: [publicCollection], object }
  await sendActivity(ctx, {
    jobId,
    accountId: account.id,
    objectId: account.id,
    activity,
    recipients: { followersOf: account.id },
  })
}
