import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { findActor } from '../../store/actors.ts'
import { holdBlock } from '../../store/blocks.ts'
import type { Jobs } from '../../store/jobs.ts'
import { writeBlock } from '../vocab/write-block.ts'
import { withContext } from '../vocab/write-follow.ts'
import { sendActivity } from './send.ts'

/** A Block to the own inbox of whom it is about; nothing when it was taken back meanwhile. */
export async function sendActorBlocked(
  ctx: Context,
  { blockId }: Jobs['actor.blocked'],
  jobId: string,
): Promise<void> {
  await transact(ctx, async (tx) => {
    const block = await holdBlock(tx.db, blockId)
    if (block === undefined || block.targetUri === null) return
    const { targetUri } = block
    const [account, target] = [await findActor(tx.db, block.actorId), await findActor(tx.db, block.targetId)]
    if (account === undefined || target?.inboxId == null) return
    await sendActivity(tx, {
      jobId,
      accountId: account.id,
      objectId: blockId,
      activity: withContext(writeBlock(tx.config, account, { blockId, targetUri })),
      recipients: { inboxIds: [target.inboxId] },
    })
  })
}
