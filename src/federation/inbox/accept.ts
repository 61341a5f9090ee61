import type { Context } from '../../context.ts'
import { receiveAccept } from '../../domain/follows/receive-answer.ts'
import { checkStamp } from '../../domain/quotes/check-stamp.ts'
import { receiveQuoteAccept } from '../../domain/quotes/receive-quote-answer.ts'
import { findOwnFollow } from './find-own-follow.ts'
import { findOwnQuote } from './find-own-quote.ts'
import type { Effect, Listener, Received } from './listener.ts'

/** https://www.w3.org/TR/activitypub/#accept-activity-inbox: of a Follow, or of a QuoteRequest. */
export const onAccept: Listener = async (ctx, received) => {
  const followId = await findOwnFollow(ctx, received)
  return followId === undefined
    ? acceptQuote(ctx, received)
    : (tx) => receiveAccept(tx, { from: received.actor, followId })
}

/** The stamp is looked at before it is believed: whoever reads the post will look at it too. */
async function acceptQuote(ctx: Context, received: Received): Promise<Effect | undefined> {
  const stampUri = received.activity.result
  const quote = stampUri === undefined ? undefined : await findOwnQuote(ctx, received)
  if (stampUri === undefined || quote === undefined) return undefined
  const found = await checkStamp(ctx, { uri: stampUri, ...quote })
  if (found === 'unavailable') throw new Error(`${stampUri} cannot be had`)
  const { postId } = quote
  return found === 'valid'
    ? (tx) => receiveQuoteAccept(tx, { from: received.actor, postId, stampUri })
    : undefined
}
