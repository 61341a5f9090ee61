import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { findActor, type Actor } from '../../store/actors.ts'
import { enqueue, type Jobs } from '../../store/jobs.ts'
import { isDeepInQuotes, lockQuoting, updateQuote, type QuoteState } from '../../store/quotes.ts'
import { findStatus, type Status } from '../../store/statuses.ts'
import { findStatusIdByUri } from '../accounts/resolve-local.ts'
import { isBoost } from '../policy/visibility.ts'
import { checkStamp } from './check-stamp.ts'
import { judge } from './receive-quote.ts'

/** After so many minutes a server that did not answer is asked again, and then no more. */
const askAgainAfterMinutes = [1, 15, 120]

type Waiting = Status & { readonly uri: string; readonly quoteUri: string }

/**
 * Finds out whether what a status of another server quotes may be shown with it: fetches the quoted post and, unless it
 * is by the same author, the stamp. What is quoted by what is quoted already is not fetched for that, so that a chain of
 * quotes ends.
 */
export async function verifyQuote(ctx: Context, job: Jobs['quote.met']): Promise<void> {
  const status = await findStatus(ctx.db, job.statusId)
  const author = status && (await findActor(ctx.db, status.actorId))
  if (status === undefined || author === undefined || !isWaiting(status)) return
  const quoted = await findQuoted(ctx, status)
  if (quoted === 'too-deep') return
  const state = quoted === undefined ? 'later' : await examine(ctx, status, author, quoted)
  if (state === 'later') return askLater(ctx, job)
  await settle(ctx, status, author, quoted!, state)
}

function isWaiting(status: Status): status is Waiting {
  return !status.isLocal && status.uri !== null && status.quoteUri !== null && status.quoteState === 'pending'
}

async function findQuoted(ctx: Context, status: Waiting): Promise<Status | 'too-deep' | undefined> {
  const isKnown = (await findStatusIdByUri(ctx, status.quoteUri)) !== undefined
  if (!isKnown && (await isDeepInQuotes(ctx.db, status))) return 'too-deep'
  return ctx.remote.resolveStatus(status.quoteUri)
}

async function examine(
  ctx: Context,
  status: Waiting,
  author: Actor,
  quoted: Status,
): Promise<QuoteState | 'later'> {
  if (quoted.actorId === author.id) return 'accepted'
  const { quoteAuthorizationUri: uri } = status
  if (quoted.isLocal || quoted.uri === null || uri === null) return 'pending'
  const quotedAuthor = (await findActor(ctx.db, quoted.actorId))?.uri
  if (quotedAuthor == null) return 'pending'
  const stamp = { uri, quotedAuthor, quoted: quoted.uri, quoting: status.uri }
  const found = await checkStamp(ctx, stamp)
  if (found === 'unavailable') return 'later'
  return found === 'valid' ? 'accepted' : 'rejected'
}

/** What was found out counts unless the status was changed, or the quote taken back, meanwhile. */
async function settle(
  ctx: Context,
  seen: Waiting,
  author: Actor,
  quoted: Status,
  found: QuoteState,
): Promise<void> {
  await transact(ctx, async (tx) => {
    await lockQuoting(tx.db, seen)
    const status = await findStatus(tx.db, seen.id)
    const isAsSeen =
      status?.quoteUri === seen.quoteUri &&
      status.quoteState === 'pending' &&
      status.quoteAuthorizationUri === seen.quoteAuthorizationUri
    if (!isAsSeen || isBoost(quoted)) return
    const quoteState = quoted.isLocal ? await judge(tx, quoted, author, seen.uri) : found
    await updateQuote(tx.db, status, { quoteOfId: quoted.id, quoteState })
  })
}

async function askLater(ctx: Context, { statusId, attempt }: Jobs['quote.met']): Promise<void> {
  const minutes = askAgainAfterMinutes[attempt]
  if (minutes === undefined) return
  const startAfter = new Date(ctx.now().getTime() + minutes * 60_000)
  await transact(ctx, (tx) => enqueue(tx, 'quote.met', { statusId, attempt: attempt + 1 }, { startAfter }))
}
