import type { Context } from '../../context.ts'
import { findActor } from '../../store/actors.ts'
import type { Jobs } from '../../store/jobs.ts'
import { writeUnblock } from '../vocab/write-block.ts'
import { sendActivity } from './send.ts'

/** The Undo of a Block, to the inbox where the Block went. */
export async function sendActorUnblocked(
  ctx: Context,
  data: Jobs['actor.unblocked'],
  jobId: string,
): Promise<void> {
  const account = await findActor(ctx.db, data.accountId)
  if (account === undefined) return
  await sendActivity(ctx, {
    jobId,
    accountId: account.id,
    objectId: data.blockId,
    activity: writeUnblock(ctx.config, account, data),
    recipients: { inboxIds: [data.inboxId] },
  })
}
