import { receiveReject } from '../../domain/follows/receive-answer.ts'
import { receiveQuoteReject } from '../../domain/quotes/receive-quote-answer.ts'
import { findOwnFollow } from './find-own-follow.ts'
import { findOwnQuote } from './find-own-quote.ts'
import type { Listener } from './listener.ts'

/** https://www.w3.org/TR/activitypub/#reject-activity-inbox: of a Follow, or of a QuoteRequest. */
export const onReject: Listener = async (ctx, received) => {
  const { actor: from } = received
  const followId = await findOwnFollow(ctx, received)
  if (followId !== undefined) return (tx) => receiveReject(tx, { from, followId })
  const quote = await findOwnQuote(ctx, received)
  return quote && ((tx) => receiveQuoteReject(tx, { from, postId: quote.postId }))
}
