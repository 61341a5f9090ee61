import type { Context } from '../../context.ts'
import { actorUri } from '../../domain/accounts/addresses.ts'
import { quoteAuthorizationUri } from '../../domain/quotes/addresses.ts'
import { findActor } from '../../store/actors.ts'
import type { Jobs } from '../../store/jobs.ts'
import { findQuoteAuthorization, type QuoteAuthorization } from '../../store/quotes.ts'
import { findPost, findRemoteStatus } from '../../store/statuses.ts'
import { writeQuoteRevocation } from '../vocab/write-quote-request.ts'
import { sendActivity } from './send.ts'

/**
 * A Delete of a stamp to the server of the post that quotes, which tells those whom that post is for, and to everybody
 * whom the quoted post is for. Whom a quote here is for is told by an Update of that.
 */
export async function sendQuoteRevoked(
  ctx: Context,
  { authorizationId }: Jobs['quote.revoked'],
  jobId: string,
): Promise<void> {
  const authorization = await findQuoteAuthorization(ctx.db, authorizationId)
  const quoted = authorization && (await findPost(ctx.db, authorization.statusId))
  const author = quoted && (await findActor(ctx.db, quoted.actorId))
  if (authorization === undefined || quoted === undefined || author === undefined) return
  const stamp = quoteAuthorizationUri(ctx.config, author, authorization.id)
  const actorIds = [...quoted.audience, ...(await findQuoter(ctx, authorization))]
  await sendActivity(ctx, {
    jobId,
    accountId: author.id,
    objectId: quoted.id,
    activity: writeQuoteRevocation(stamp, actorUri(ctx.config, author)),
    recipients: { followersOf: author.id, actorIds },
  })
}

async function findQuoter(ctx: Context, { quotingUri }: QuoteAuthorization): Promise<string[]> {
  const quoting = quotingUri === null ? undefined : await findRemoteStatus(ctx.db, quotingUri)
  return quoting === undefined ? [] : [quoting.actorId]
}
