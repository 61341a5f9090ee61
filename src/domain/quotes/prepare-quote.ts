import type { Context, TxContext } from '../../context.ts'
import type { Visibility } from '../../db/schema.ts'
import { DomainError } from '../../lib/errors.ts'
import { findActor, type Actor } from '../../store/actors.ts'
import { enqueue } from '../../store/jobs.ts'
import { findStatus, type Status } from '../../store/statuses.ts'
import { requireInteraction } from '../policy/require-interaction.ts'
import { isBoost, isOpen } from '../policy/visibility.ts'
import { getVisibleStatus } from '../statuses/get-visible.ts'
import { authorizeQuote } from './authorize-quote.ts'
import { mayQuote } from './quote-policy.ts'

/** What a new post of ours quotes, and what of that its row holds. */
export type PreparedQuote = {
  readonly quoted: Status
  /** Whoever is quoted, unless they are ours. */
  readonly asked: Actor | undefined
  /** Whom it is for beside those whom it names: whoever is asked gets to read it. */
  readonly audience: readonly string[]
  readonly columns: {
    readonly quoteOfId: string
    readonly quoteUri: string | null
    readonly quoteState: 'accepted' | 'pending'
  }
}

/**
 * Whether an account of ours may quote a post in a new one: what they may see and anybody may, or what is their own, and
 * that to no wider audience than it had; somebody else's only if they let them. Somebody elsewhere is asked later: until
 * they answer the quote waits.
 * @returns undefined for a post that quotes nothing
 * @throws DomainError `not_found` for what the author may not see, `forbidden` for what is not to be quoted by them
 */
export async function prepareQuote(
  ctx: Context,
  author: Actor,
  { quoteOf, visibility }: { readonly quoteOf?: string | undefined; readonly visibility: Visibility },
): Promise<PreparedQuote | undefined> {
  if (quoteOf === undefined) return undefined
  const named = await getVisibleStatus(ctx, quoteOf, author.id)
  const quoted = named.boostOfId === null ? named : await getVisibleStatus(ctx, named.boostOfId, author.id)
  const by = await findActor(ctx.db, quoted.actorId)
  if (by === undefined || isBoost(quoted)) throw new DomainError('not_found', 'There is no such post.')
  requireOpen(quoted, author, visibility)
  if (!quoted.isLocal && visibility === 'direct')
    throw new DomainError('forbidden', 'A direct post cannot quote somebody of another server.')
  if (quoted.isLocal && !(await mayQuote(ctx, quoted, author))) throw refusal()
  await requireInteraction(ctx, quoted, by, author, 'quote')
  const quoteState = quoted.isLocal ? 'accepted' : 'pending'
  return {
    quoted,
    asked: quoted.isLocal ? undefined : by,
    audience: quoted.isLocal ? [] : [by.id],
    columns: { quoteOfId: quoted.id, quoteUri: quoted.uri, quoteState },
  }
}

function refusal(): DomainError {
  return new DomainError('forbidden', 'Its author does not want this post to be quoted by you.')
}

/** A quote never shows a post to more people than it was for. */
function requireOpen(quoted: Status, author: Actor, visibility: Visibility): void {
  if (isOpen(quoted)) return
  const isOwn = quoted.actorId === author.id && quoted.visibility === 'private'
  if (isOwn && (visibility === 'private' || visibility === 'direct')) return
  throw new DomainError('forbidden', 'This post is not for everybody: it cannot be quoted like this.')
}

/**
 * What follows when the post is stored, in the same transaction: a stamp for a quote of somebody else here, a question
 * to somebody elsewhere.
 * @throws DomainError `forbidden` when the quoted author took back their leave meanwhile
 */
export async function completeQuote(
  ctx: TxContext,
  author: Actor,
  postId: string,
  quote: PreparedQuote | undefined,
): Promise<void> {
  if (quote === undefined) return
  const { quoted, asked } = quote
  if (asked !== undefined) return enqueue(ctx, 'quote.requested', { statusId: postId })
  if (quoted.actorId === author.id) return
  const current = await findStatus(ctx.db, quoted.id)
  const answer = current && (await authorizeQuote(ctx, current, { by: author, id: postId, uri: null }))
  if (answer === undefined || typeof answer === 'string') throw refusal()
}
