import type { Context } from '../../context.ts'
import { actorUri, statusUri } from '../../domain/accounts/addresses.ts'
import { quoteAuthorizationUri } from '../../domain/quotes/addresses.ts'
import { findActor } from '../../store/actors.ts'
import type { Jobs } from '../../store/jobs.ts'
import { findQuoteAuthorization } from '../../store/quotes.ts'
import { findPost } from '../../store/statuses.ts'
import { writeQuoteAnswer } from '../vocab/write-quote-request.ts'
import { sendActivity } from './send.ts'

/** An Accept with the stamp to whoever asked to quote, unless the stamp was taken back meanwhile. */
export async function sendQuoteAccepted(
  ctx: Context,
  { authorizationId, requesterId, requestUri }: Jobs['quote.accepted'],
  jobId: string,
): Promise<void> {
  const authorization = await findQuoteAuthorization(ctx.db, authorizationId)
  if (authorization === undefined || authorization.revokedAt !== null) return
  const { statusId, quotingUri } = authorization
  if (quotingUri === null) return
  const stamp = { type: 'Accept', stampId: authorizationId } as const
  await answer(ctx, jobId, { statusId, quotingUri, requesterId, requestUri }, stamp)
}

/** A Reject to whoever asked in vain. */
export async function sendQuoteRefused(
  ctx: Context,
  data: Jobs['quote.refused'],
  jobId: string,
): Promise<void> {
  await answer(ctx, jobId, data, { type: 'Reject' })
}

async function answer(
  ctx: Context,
  jobId: string,
  asked: Jobs['quote.refused'],
  how: { type: 'Accept'; stampId: string } | { type: 'Reject' },
): Promise<void> {
  const quoted = await findPost(ctx.db, asked.statusId)
  const author = quoted && (await findActor(ctx.db, quoted.actorId))
  const requester = await findActor(ctx.db, asked.requesterId)
  if (quoted === undefined || author === undefined || requester?.uri == null || requester.inboxId === null)
    return
  const actor = actorUri(ctx.config, author)
  const head = { id: `${actor}#quote-answers/${jobId}`, actor }
  const said =
    how.type === 'Accept'
      ? { ...head, type: how.type, result: quoteAuthorizationUri(ctx.config, author, how.stampId) }
      : { ...head, type: how.type }
  await sendActivity(ctx, {
    jobId,
    accountId: author.id,
    objectId: quoted.id,
    activity: writeQuoteAnswer(said, {
      requestUri: asked.requestUri,
      requester: requester.uri,
      quoted: statusUri(ctx.config, quoted, author),
      quoting: asked.quotingUri,
    }),
    recipients: { inboxIds: [requester.inboxId] },
  })
}
