import type { TxContext } from '../../context.ts'
import type { Actor } from '../../store/actors.ts'
import { isBlockedBetween } from '../../store/blocks.ts'
import {
  findQuoteAuthorizationFor,
  upsertQuoteAuthorization,
  type QuoteAuthorization,
} from '../../store/quotes.ts'
import type { Status } from '../../store/statuses.ts'
import { mayQuote } from './quote-policy.ts'

/** The post that quotes: one of ours by its id, another server's by its URI. */
export type QuotingPost = {
  readonly by: Actor
  readonly id: string | null
  readonly uri: string | null
  readonly requestUri?: string
}

/**
 * The stamp by which a post of ours may be quoted, made where the author's policy allows it. Asking again gives the
 * same one, also where the policy is another one by now. What the author took back once is not given again, and whom they
 * block is refused.
 * The stamp of a post of ours has the id of that post, which quotes no other.
 */
export async function authorizeQuote(
  ctx: TxContext,
  quoted: Status,
  quoting: QuotingPost,
): Promise<QuoteAuthorization | 'revoked' | 'refused'> {
  const { by, id, uri, requestUri } = quoting
  const known = await findQuoteAuthorizationFor(ctx.db, quoted.id, id === null ? { uri: uri ?? '' } : { id })
  if (known !== undefined && known.revokedAt !== null) return 'revoked'
  const isGiven =
    known !== undefined &&
    quoted.deletedAt === null &&
    !(await isBlockedBetween(ctx.db, quoted.actorId, by.id))
  if (!isGiven && !(await mayQuote(ctx, quoted, by))) return 'refused'
  const authorization = await upsertQuoteAuthorization(ctx.db, {
    id: id ?? ctx.newId(),
    statusId: quoted.id,
    quotingId: id,
    quotingUri: uri,
    requestUri: requestUri ?? null,
    createdAt: ctx.now(),
  })
  return authorization.revokedAt === null ? authorization : 'revoked'
}
