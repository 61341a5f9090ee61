import type { TxContext } from '../../context.ts'
import { canonicalHost } from '../../lib/canonical-host.ts'
import type { Actor } from '../../store/actors.ts'
import { isBlockedByAuthor } from '../../store/blocks.ts'
import { enqueueAll } from '../../store/jobs.ts'
import type { QuoteColumns, QuoteState } from '../../store/quotes.ts'
import type { QuotingLink } from '../../store/status-links.ts'
import { findStatus, type Status } from '../../store/statuses.ts'
import { findStatusIdByUri } from '../accounts/resolve-local.ts'
import type { NoteDraft } from '../drafts.ts'
import { authorizeQuote } from './authorize-quote.ts'

const noQuote: QuoteColumns = {
  quoteUri: null,
  quoteOfId: null,
  quoteState: null,
  quoteAuthorizationUri: null,
}

/**
 * What a note of another server says that it quotes, and whether that may be shown (FEP-044f, as Mastodon reads it).
 *
 * Authors may quote themselves. A quote of ours counts when our author's policy allows it, asked or not, and until they
 * take that back. Any other quote waits for a stamp by whoever is quoted, which is fetched and looked at later: until
 * then, and for ever where there is none (Misskey, Pleroma and everybody else who quotes without asking), the quoted
 * post is not shown inside, and what remains is the link that such posts have in their text.
 * @param known the note as it was before; what it said before keeps the answer that it got
 */
export async function quoteColumns(
  ctx: TxContext,
  note: Pick<NoteDraft, 'id' | 'quoteUri' | 'quoteAuthorization'>,
  author: Actor,
  known?: Status,
): Promise<QuoteColumns> {
  const { id, quoteUri, quoteAuthorization: stampUri = null } = note
  if (quoteUri === undefined || quoteUri === id) return noQuote
  const quotedId = await findStatusIdByUri(ctx, quoteUri)
  const quoted = quotedId === undefined ? undefined : await findStatus(ctx.db, quotedId)
  const isAsBefore = known?.quoteUri === quoteUri && known.quoteAuthorizationUri === stampUri
  const quoteState =
    isAsBefore && known.quoteState !== null
      ? (known.quoteState as QuoteState)
      : await judge(ctx, quoted, author, id)
  return { quoteUri, quoteOfId: quoted?.id ?? null, quoteState, quoteAuthorizationUri: stampUri }
}

/** What can be said without asking anybody. */
export async function judge(
  ctx: TxContext,
  quoted: Status | undefined,
  by: Actor,
  quotingUri: string,
): Promise<QuoteState> {
  if (quoted === undefined || quoted.deletedAt !== null || quoted.boostOfId !== null) return 'pending'
  if (quoted.actorId === by.id) return 'accepted'
  if (!quoted.isLocal) return 'pending'
  const answer = await authorizeQuote(ctx, quoted, { by, id: null, uri: quotingUri })
  if (answer === 'revoked') return 'revoked'
  return answer === 'refused' ? 'pending' : 'accepted'
}

/** Whether a note quotes one of ours, by somebody whom that one's author does not block: then it concerns us. */
export async function quotesOurs(
  ctx: TxContext,
  note: Pick<NoteDraft, 'quoteUri'>,
  author: Pick<Actor, 'id'>,
): Promise<boolean> {
  if (note.quoteUri === undefined || !isOurs(ctx, note.quoteUri)) return false
  const quotedId = await findStatusIdByUri(ctx, note.quoteUri)
  return quotedId !== undefined && !(await isBlockedByAuthor(ctx.db, quotedId, author.id))
}

/**
 * Has somebody look at the quotes that wait: where a stamp was shown, or where the quoted post may be the author's own.
 * For the others nothing would be won by asking.
 */
export async function meetQuotes(ctx: TxContext, quoting: readonly QuotingLink[]): Promise<void> {
  const waiting = quoting.filter((one) => isWorthAsking(ctx, one))
  await enqueueAll(
    ctx,
    'quote.met',
    waiting.map(({ id }) => ({ statusId: id, attempt: 0 })),
  )
}

function isWorthAsking(
  ctx: TxContext,
  { uri, quoteUri, quoteState, quoteAuthorizationUri }: QuotingLink,
): boolean {
  if (quoteState !== 'pending' || quoteUri === null || isOurs(ctx, quoteUri)) return false
  return quoteAuthorizationUri !== null || canonicalHost(quoteUri) === canonicalHost(uri)
}

function isOurs({ config }: TxContext, uri: string): boolean {
  return uri.startsWith(`${config.origin}/`)
}
