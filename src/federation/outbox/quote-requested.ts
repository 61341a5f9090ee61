import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { findActor } from '../../store/actors.ts'
import type { Jobs } from '../../store/jobs.ts'
import { findStatus } from '../../store/statuses.ts'
import { writeQuoteRequest } from '../vocab/write-quote-request.ts'
import { loadPost } from './load-post.ts'
import { sendActivity } from './send.ts'

/** A QuoteRequest to the author whom a post of ours quotes. */
export async function sendQuoteRequested(
  ctx: Context,
  { statusId }: Jobs['quote.requested'],
  jobId: string,
): Promise<void> {
  await transact(ctx, async (tx) => {
    const view = await loadPost(tx, statusId)
    const { quoteOfId, quoteState, deletedAt } = view?.status ?? {}
    if (view === undefined || quoteOfId == null || quoteState !== 'pending' || deletedAt !== null) return
    const quoted = await findStatus(tx.db, quoteOfId)
    const asked = quoted && (await findActor(tx.db, quoted.actorId))
    if (asked === undefined || asked.uri === null || asked.inboxId === null) return
    await sendActivity(tx, {
      jobId,
      accountId: view.author.id,
      objectId: statusId,
      activity: writeQuoteRequest(tx.config, view, asked.uri),
      recipients: { inboxIds: [asked.inboxId] },
    })
  })
}
