import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import type { Actor } from '../../store/actors.ts'
import { enqueue } from '../../store/jobs.ts'
import { lockQuoting, updateQuote, type QuoteColumns } from '../../store/quotes.ts'
import { findPost, findStatus } from '../../store/statuses.ts'

/** What the author of a quoted post says of the post of ours that quotes it. */
type Answer = { readonly from: Actor; readonly postId: string }

/**
 * They agree. What was taken back once stays so under the same stamp, whichever message comes first.
 * @param answer.stampUri a stamp that was looked at: `checkStamp`
 * @returns `ignored` when that actor was never asked, which makes a forged answer harmless
 */
export async function receiveQuoteAccept(
  ctx: Context,
  answer: Answer & { readonly stampUri: string },
): Promise<'accepted' | 'ignored'> {
  return settle(ctx, answer, { quoteState: 'accepted', quoteAuthorizationUri: answer.stampUri })
}

/** They do not agree, or no longer. The post says so from then on. */
export async function receiveQuoteReject(ctx: Context, answer: Answer): Promise<'rejected' | 'ignored'> {
  return settle(ctx, answer, { quoteState: 'rejected', quoteAuthorizationUri: null })
}

async function settle<State extends 'accepted' | 'rejected'>(
  ctx: Context,
  { from, postId }: Answer,
  columns: Partial<QuoteColumns> & { readonly quoteState: State },
): Promise<State | 'ignored'> {
  return transact(ctx, async (tx) => {
    await lockQuoting(tx.db, { id: postId, isLocal: true })
    const post = await findPost(tx.db, postId)
    if (post?.quoteOfId == null || post.deletedAt !== null) return 'ignored'
    const quoted = await findStatus(tx.db, post.quoteOfId)
    if (quoted?.actorId !== from.id) return 'ignored'
    const { quoteState, quoteAuthorizationUri = null } = columns
    const isOld = post.quoteState === quoteState || post.quoteState === 'revoked'
    if (isOld && post.quoteAuthorizationUri === quoteAuthorizationUri) return quoteState
    await updateQuote(tx.db, post, columns)
    await enqueue(tx, 'quote.changed', { statusId: postId })
    return quoteState
  })
}
