import type { Context, TxContext } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { closePoll } from '../../domain/polls/close-poll.ts'
import { listRemoteVoterIds } from '../../store/polls.ts'
import { writePollUpdate } from '../vocab/write-poll.ts'
import { sayOfPost, whileItIsThere } from './say-of-post.ts'

type Data = { readonly statusId: string }

/** An Update with the present counts to everybody whom a poll is for, and to those who voted. */
export async function sendPollCounted(ctx: Context, { statusId }: Data, jobId: string): Promise<void> {
  await transact(ctx, (tx) => sayCounts(tx, jobId, statusId))
}

/** The same when the time of a poll has come: then the counts are final. */
export async function sendPollClosed(ctx: Context, { statusId }: Data, jobId: string): Promise<void> {
  await transact(ctx, async (tx) => {
    if (await closePoll(tx, statusId)) await sayCounts(tx, jobId, statusId)
  })
}

async function sayCounts(tx: TxContext, jobId: string, statusId: string): Promise<void> {
  const voterIds = await listRemoteVoterIds(tx.db, statusId)
  const at = tx.now()
  const write = whileItIsThere((config, view) => writePollUpdate(config, view, at))
  await sayOfPost(tx, jobId, statusId, write, voterIds)
}
