import type { Context } from '../../context.ts'
import { findActor } from '../../store/actors.ts'
import { findBlockById } from '../../store/blocks.ts'
import type { Jobs } from '../../store/jobs.ts'
import { writeBlock } from '../vocab/write-block.ts'
import { withContext } from '../vocab/write-follow.ts'
import { sendActivity } from './send.ts'

/** A Block to the own inbox of whom it is about; nothing when it was taken back meanwhile. */
export async function sendActorBlocked(
  ctx: Context,
  jobId: string,
  { blockId }: Jobs['actor.blocked'],
): Promise<void> {
  const block = await findBlockById(ctx.db, blockId)
  if (block === undefined || block.targetUri === null) return
  const { targetUri } = block
  const [account, target] = await Promise.all([
    findActor(ctx.db, block.actorId),
    findActor(ctx.db, block.targetId),
  ])
  if (account === undefined || target?.inboxId == null) return
  await sendActivity(ctx, {
    jobId,
    accountId: account.id,
    objectId: blockId,
    activity: withContext(writeBlock(ctx.config, account, { blockId, targetUri })),
    recipients: { inboxIds: [target.inboxId] },
  })
}
