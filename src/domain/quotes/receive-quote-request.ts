import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import type { Actor } from '../../store/actors.ts'
import { enqueue } from '../../store/jobs.ts'
import { updateQuote, type QuoteAuthorization } from '../../store/quotes.ts'
import { findPost, findRemoteStatus, type Status } from '../../store/statuses.ts'
import { findStatusIdByUri } from '../accounts/resolve-local.ts'
import type { NoteDraft } from '../drafts.ts'
import { isOpen } from '../policy/visibility.ts'
import { receiveNote } from '../statuses/receive-note.ts'
import { authorizeQuote } from './authorize-quote.ts'
import { notify } from '../notifications/notify.ts'

export type QuoteRequest = {
  readonly by: Actor & { readonly uri: string }
  /** Of ours. */
  readonly quotedId: string
  readonly quotingUri: string
  /** The post that quotes; undefined when its server has none by the requester. */
  readonly note: NoteDraft | undefined
  readonly requestUri: string
}

/**
 * Somebody elsewhere wants to quote a post of ours and is answered at once, by its author's policy. Of what is not for
 * everybody nothing is said. The post that quotes is kept, so that its author's consent can be taken back.
 * @see https://codeberg.org/fediverse/fep/src/branch/main/fep/044f/fep-044f.md#receiving-accepting-or-rejecting-quote-posts
 */
export async function receiveQuoteRequest(
  ctx: Context,
  request: QuoteRequest,
): Promise<'accepted' | 'refused' | 'ignored'> {
  const { by, quotedId, quotingUri, note, requestUri } = request
  return transact(ctx, async (tx) => {
    const quoted = await findPost(tx.db, quotedId)
    if (quoted === undefined || quoted.deletedAt !== null || !isOpen(quoted)) return 'ignored'
    const isIt = note?.quoteUri !== undefined && (await findStatusIdByUri(tx, note.quoteUri)) === quotedId
    const answer = isIt
      ? await authorizeQuote(tx, quoted, { by, id: null, uri: quotingUri, requestUri })
      : 'refused'
    if (typeof answer === 'string' || note === undefined) {
      await enqueue(tx, 'quote.refused', { statusId: quotedId, requesterId: by.id, requestUri, quotingUri })
      return 'refused'
    }
    await receiveNote(tx, { note, author: by, recipientId: null, wanted: true })
    await showQuote(tx, answer, quoted)
    await enqueue(tx, 'quote.accepted', { authorizationId: answer.id, requesterId: by.id, requestUri })
    return 'accepted'
  })
}

/** The post may have come before it was asked for. */
async function showQuote(
  tx: Parameters<typeof authorizeQuote>[0],
  { statusId, quotingUri }: QuoteAuthorization,
  quoted: Pick<Status, 'actorId'>,
): Promise<void> {
  const quoting = await findRemoteStatus(tx.db, quotingUri ?? '')
  if (quoting?.quoteOfId === statusId && quoting.quoteState !== 'accepted')
    await updateQuote(tx.db, quoting, { quoteState: 'accepted' })
  if (quoting?.quoteOfId === statusId)
    await notify(tx, {
      accountId: quoted.actorId,
      type: 'quote',
      fromId: quoting.actorId,
      statusId: quoting.id,
    })
}
