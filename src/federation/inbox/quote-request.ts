import type { Context } from '../../context.ts'
import { findStatusIdByUri } from '../../domain/accounts/resolve-local.ts'
import type { NoteDraft } from '../../domain/drafts.ts'
import { receiveQuoteRequest } from '../../domain/quotes/receive-quote-request.ts'
import { fetchQuotingPost, postponeQuoteRequest } from '../../domain/quotes/retry-quote-request.ts'
import { canonicalHost } from '../../lib/canonical-host.ts'
import { findPost } from '../../store/statuses.ts'
import type { Listener, Received } from './listener.ts'
import { findOwnNote } from './own-note.ts'

/** https://codeberg.org/fediverse/fep/src/branch/main/fep/044f/fep-044f.md#quoterequest-request-activity */
export const onQuoteRequest: Listener = async (ctx, received) => {
  const { activity, actor } = received
  const quotedId =
    activity.object.id === undefined ? undefined : await findStatusIdByUri(ctx, activity.object.id)
  const quotingUri = activity.instrument?.id
  if (quotedId === undefined || quotingUri === undefined || actor.inboxId === null) return undefined
  const host = canonicalHost(actor.uri)
  const isTheirs = canonicalHost(activity.id) === host && canonicalHost(quotingUri) === host
  if (!isTheirs || (await findPost(ctx.db, quotedId)) === undefined) return undefined
  const note = await findInstrument(ctx, received, quotingUri)
  const request = { by: actor, quotedId, quotingUri, requestUri: activity.id }
  if (note === 'unavailable') return (tx) => postponeQuoteRequest(tx, request)
  return (tx) => receiveQuoteRequest(tx, { ...request, note })
}

/** The post that quotes, as it came along or as their server has it: theirs, under the id that was given. */
async function findInstrument(
  ctx: Context,
  received: Received,
  quotingUri: string,
): Promise<NoteDraft | 'unavailable' | undefined> {
  const { activity, actor } = received
  const object = activity.instrument ?? {}
  const sent = findOwnNote({ ...received, activity: { ...activity, object } })
  if (sent === undefined) return fetchQuotingPost(ctx, actor, quotingUri)
  return sent.attributedTo === actor.uri && sent.id === quotingUri ? sent : undefined
}
