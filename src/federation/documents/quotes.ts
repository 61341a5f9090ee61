import express, { type RequestHandler, type Router } from 'express'
import type { Context } from '../../context.ts'
import { actorUri, statusUri } from '../../domain/accounts/addresses.ts'
import { quoteAuthorizationUri } from '../../domain/quotes/addresses.ts'
import { DomainError } from '../../lib/errors.ts'
import { isId } from '../../lib/ids.ts'
import { findActor } from '../../store/actors.ts'
import { findQuoteAuthorization, type QuoteAuthorization } from '../../store/quotes.ts'
import { findPost, findStatus } from '../../store/statuses.ts'
import { wantsDocument } from '../negotiate.ts'
import { sendDocument } from '../send-document.ts'
import { writeQuoteAuthorization, writeRevokedStamp } from '../vocab/write-quote-request.ts'

/**
 * Stamps by which posts of ours may be quoted: for everybody, as those posts are. What was taken back is gone, and so is
 * what belonged to a post that is.
 * @see https://codeberg.org/fediverse/fep/src/branch/main/fep/044f/fep-044f.md#approval-stamps
 */
export function quoteRoutes(ctx: Context): Router {
  const router = express.Router({ caseSensitive: true, strict: true })
  router.get('/users/:name/quote_authorizations/:id', sendStamp(ctx))
  return router
}

function sendStamp(ctx: Context): RequestHandler {
  return async (request, response, next) => {
    if (!wantsDocument(request)) return next()
    const { name, id } = request.params
    const authorization = isId(String(id)) ? await findQuoteAuthorization(ctx.db, String(id)) : undefined
    const document = authorization && (await writeStamp(ctx, authorization, String(name)))
    if (document === undefined) throw new DomainError('not_found', 'There is no such leave to quote.')
    sendDocument(response, document)
  }
}

async function writeStamp(
  ctx: Context,
  authorization: QuoteAuthorization,
  name: string,
): Promise<object | undefined> {
  const quoted = await findPost(ctx.db, authorization.statusId)
  const author = quoted && (await findActor(ctx.db, quoted.actorId))
  if (quoted === undefined || author?.username !== name) return undefined
  const id = quoteAuthorizationUri(ctx.config, author, authorization.id)
  const end = authorization.revokedAt ?? quoted.deletedAt
  const quoting = await findQuotingUri(ctx, authorization)
  if (end !== null || quoting === undefined) return writeRevokedStamp(id, end)
  return writeQuoteAuthorization({
    id,
    attributedTo: actorUri(ctx.config, author),
    interactingObject: quoting,
    interactionTarget: statusUri(ctx.config, quoted, author),
  })
}

/** Undefined when the post of ours that quotes is no more. */
async function findQuotingUri(ctx: Context, authorization: QuoteAuthorization): Promise<string | undefined> {
  const { quotingId, quotingUri } = authorization
  if (quotingId === null) return quotingUri ?? undefined
  const quoting = await findStatus(ctx.db, quotingId)
  const author = quoting?.deletedAt === null ? await findActor(ctx.db, quoting.actorId) : undefined
  return quoting && author && statusUri(ctx.config, quoting, author)
}
