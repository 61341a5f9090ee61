import type { Context, TxContext } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { findActor, type Actor } from '../../store/actors.ts'
import { enqueue, type Jobs } from '../../store/jobs.ts'
import type { NoteDraft } from '../drafts.ts'
import { receiveQuoteRequest, type QuoteRequest } from './receive-quote-request.ts'

type Requester = QuoteRequest['by']

/** After so many minutes a server that did not show the post is asked again; after that the request is let go. */
const askAgainAfterMinutes = [1, 15, 120, 1440]

/** The same request said over and over waits once. */
const sameSeconds = 60

/**
 * The post that somebody elsewhere wants to quote ours in, as its server has it now.
 * @returns undefined when that server says that there is none, or none by the requester under this id
 */
export async function fetchQuotingPost(
  ctx: Context,
  by: Requester,
  quotingUri: string,
): Promise<NoteDraft | 'unavailable' | undefined> {
  const note = await ctx.remote.askNote(quotingUri)
  if (note === 'unavailable') return note
  if (typeof note === 'string') return undefined
  return note.attributedTo === by.uri && note.id === quotingUri ? note : undefined
}

/** A request cannot be judged before the post can be seen: neither yes nor no is said until then. */
export async function postponeQuoteRequest(
  ctx: TxContext,
  { by, quotedId, quotingUri, requestUri }: Omit<QuoteRequest, 'note'>,
): Promise<void> {
  const once = { key: `${quotedId} ${quotingUri}`, seconds: sameSeconds }
  const data = { requesterId: by.id, quotedId, quotingUri, requestUri, attempt: 0 }
  await enqueue(ctx, 'quote.postponed', data, { ...timing(ctx, 0), once })
}

/** Answers a request that waits, or has it wait on. */
export async function retryQuoteRequest(ctx: Context, data: Jobs['quote.postponed']): Promise<void> {
  const { requesterId, attempt, ...request } = data
  const by = await findActor(ctx.db, requesterId)
  if (by === undefined || !isThere(by)) return
  const note = await fetchQuotingPost(ctx, by, request.quotingUri)
  if (note !== 'unavailable') return void (await receiveQuoteRequest(ctx, { ...request, by, note }))
  const next = attempt + 1
  if (next < askAgainAfterMinutes.length)
    await transact(ctx, (tx) => enqueue(tx, 'quote.postponed', { ...data, attempt: next }, timing(tx, next)))
}

function isThere(actor: Actor): actor is Requester {
  return actor.uri !== null && actor.suspendedAt === null && actor.deletedAt === null && !actor.domainBlocked
}

function timing({ now }: TxContext, attempt: number): { startAfter: Date } {
  return { startAfter: new Date(now().getTime() + (askAgainAfterMinutes[attempt] ?? 0) * 60_000) }
}
