import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { canonicalHost } from '../../lib/canonical-host.ts'
import type { Actor } from '../../store/actors.ts'
import { enqueue } from '../../store/jobs.ts'
import { listQuotesByStamp, lockQuoting, updateQuote } from '../../store/quotes.ts'

/**
 * Somebody takes back a stamp of theirs: what they are quoted by shows them no more, and where that is a post of ours,
 * everybody whom it is for is told. Who is not the author of the quoted post takes nothing back. What no quote is shown
 * by was no stamp, or one that nobody here knows.
 */
export async function receiveRevocation(
  ctx: Context,
  { uri, by }: { uri: string; by: Actor & { readonly uri: string } },
): Promise<void> {
  if (canonicalHost(uri) !== canonicalHost(by.uri)) return
  await transact(ctx, async (tx) => {
    for (const quote of await listQuotesByStamp(tx.db, uri, by.id)) {
      await lockQuoting(tx.db, quote)
      await updateQuote(tx.db, quote, { quoteState: 'revoked' })
      if (quote.isLocal) await enqueue(tx, 'quote.changed', { statusId: quote.id })
    }
  })
}
