import type { Context, TxContext } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import type { Attachment, Emoji, PostingApp } from '../../db/json.ts'
import type { Visibility } from '../../db/schema.ts'
import { DomainError } from '../../lib/errors.ts'
import { findActor, type Actor } from '../../store/actors.ts'
import { claimIdempotencyKey, findByIdempotencyKey } from '../../store/idempotency-keys.ts'
import { enqueue } from '../../store/jobs.ts'
import { findStatus, insertPost, type Status } from '../../store/statuses.ts'
import { publishStatuses } from '../../store/stream-events.ts'
import { takeScheduled, type Scheduling } from '../../store/scheduled-statuses.ts'
import { noteConversations } from '../conversations/note-conversations.ts'
import { findEmojis } from '../emojis/find-emojis.ts'
import { noteLinks } from '../links/note-links.ts'
import { checkPoll, type PollInput } from '../polls/check-poll.ts'
import { addPoll } from '../polls/keep-poll.ts'
import { takeAttachments } from '../media/take-attachments.ts'
import { requireHere } from '../moving/require-here.ts'
import { requireInteraction } from '../policy/require-interaction.ts'
import { completeQuote, prepareQuote, type PreparedQuote } from '../quotes/prepare-quote.ts'
import type { QuotePolicy } from '../quotes/quote-policy.ts'
import { lookAgainLater } from '../remote/look-again.ts'
import { checkWords, type Words } from './check-words.ts'
import { nameMentions, type Named } from './name-mentions.ts'
import { getVisibleStatus } from './get-visible.ts'
import { notifyOfStatuses } from '../notifications/notify.ts'

export type NewPost = {
  readonly text: string
  readonly visibility: Visibility
  /** Content warning. */
  readonly summary?: string | undefined
  /** BCP 47. */
  readonly language?: string | undefined
  readonly inReplyToId?: string | undefined
  /** The status that it quotes. */
  readonly quoteOf?: string | undefined
  /** Who may quote it in turn: anybody unless given; what is not for everybody, nobody. */
  readonly quotePolicy?: QuotePolicy | undefined
  readonly poll?: PollInput | undefined
  /** What the author has uploaded, in the order in which it is shown. */
  readonly mediaIds?: readonly string[] | undefined
  /** What is attached is not for everybody's eyes; what has a content warning is sensitive anyway. */
  readonly sensitive?: boolean | undefined
  /** Whoever sends the same key again within an hour gets what was posted the first time. */
  readonly idempotencyKey?: string | undefined
  /** With what it was written, if with an app. */
  readonly application?: PostingApp | undefined
  /** What was to be posted now, by its author's own choice: it is posted once. */
  readonly scheduled?: Scheduling | undefined
}

/**
 * A post by an account of ours. When this returns it is stored, and so is what sends it out.
 * @throws DomainError `invalid` for a text that is empty or too long and for a poll that will not do, `not_found` for a
 *   reply to what the author may not see, `unavailable` for a direct post to somebody whose server does not answer,
 *   `forbidden` for an account that has moved, and for an answer or a quote that the other author does not want
 */
export async function createPost(ctx: Context, author: Actor, input: NewPost): Promise<Status> {
  requireHere(author)
  const earlier = await findEarlier(ctx, author, input)
  if (earlier !== undefined) return earlier
  const words = checkPost(input)
  const parent = await findParent(ctx, author, input.inReplyToId)
  const quote = await prepareQuote(ctx, author, input)
  const named = await nameMentions(ctx, words.text, input.visibility === 'direct')
  return transact(ctx, async (tx) => {
    const id = tx.newId()
    const posted = await claimKey(tx, author, input, id)
    if (posted !== id) return requireStored(await findStatus(tx.db, posted))
    const attachments = await takeMedia(tx, author, input, id)
    const emojis = await findEmojis(tx, [words.text, words.summary, ...(input.poll?.options ?? [])])
    const prepared = { id, words, parent, quote, named, attachments, emojis }
    await insertPost(tx.db, describeNew(tx, author, input, prepared))
    if (input.poll !== undefined) await addPoll(tx, id, input.poll)
    if (input.visibility === 'direct') await noteConversations(tx, [id])
    await enqueue(tx, 'status.created', { statusId: id })
    await completeQuote(tx, author, id, quote)
    await notifyOfStatuses(tx, [id])
    await lookAgainLater(tx, named.stale)
    publishStatuses(tx.db, 'update', [id])
    const status = requireStored(await findStatus(tx.db, id))
    await noteLinks(tx, [status])
    return status
  })
}

/** @throws DomainError `invalid`; what is asked and what is shown exclude each other, in Mastodon's words */
export function checkPost(input: NewPost): Words {
  const hasMedia = input.mediaIds !== undefined && input.mediaIds.length > 0
  const words = checkWords(input, { mayBeEmpty: hasMedia || input.quoteOf !== undefined })
  if (input.poll === undefined) return words
  checkPoll(input.poll)
  if (hasMedia) throw new DomainError('invalid', 'Cannot attach more than 4 files')
  return words
}

/** @throws DomainError `gone` for what was scheduled and is posted, dropped or put off */
async function takeMedia(
  tx: TxContext,
  { id: actorId }: Actor,
  { mediaIds = [], scheduled }: NewPost,
  statusId: string,
): Promise<Attachment[]> {
  if (scheduled !== undefined && !(await takeScheduled(tx.db, scheduled)))
    throw new DomainError('gone', 'There is nothing to be posted now.')
  return takeAttachments(tx, { actorId, mediaIds, statusId, heldBy: scheduled?.id })
}

type Prepared = {
  readonly id: string
  readonly words: Words
  readonly attachments: readonly Attachment[]
  readonly parent: Status | undefined
  readonly quote: PreparedQuote | undefined
  readonly named: Named
  readonly emojis: readonly Emoji[]
}

function describeNew(
  { now }: Context | TxContext,
  author: Actor,
  input: NewPost,
  { id, words, parent, quote, named, attachments, emojis }: Prepared,
): Parameters<typeof insertPost>[1] {
  const { language = null, quotePolicy = null, application } = input
  const { text: source, summary, sensitive } = words
  return {
    ...{ id, actorId: author.id, visibility: input.visibility, language, quotePolicy },
    ...{ source, summary, sensitive, attachments: JSON.stringify(attachments) },
    type: input.poll === undefined ? 'Note' : 'Question',
    mentions: JSON.stringify(named.mentions),
    tags: named.tags,
    emojis: JSON.stringify(emojis),
    application: application === undefined ? null : JSON.stringify(application),
    audience: audienceOf(named, quote),
    ...quote?.columns,
    inReplyToId: parent?.id ?? null,
    inReplyToUri: parent?.uri ?? null,
    createdAt: now(),
  }
}

/** What was posted under the same key. */
async function findEarlier(
  { db, now }: Context,
  { id: accountId }: Actor,
  { idempotencyKey: key }: NewPost,
): Promise<Status | undefined> {
  const id = key === undefined ? undefined : await findByIdempotencyKey(db, { accountId, key, at: now() })
  return id === undefined ? undefined : findStatus(db, id)
}

async function claimKey(
  { db, now }: TxContext,
  { id: accountId }: Actor,
  { idempotencyKey: key }: NewPost,
  statusId: string,
): Promise<string> {
  return key === undefined ? statusId : claimIdempotencyKey(db, { accountId, key, statusId, at: now() })
}

/** What a post answers, if its author lets themselves be answered; whoever answers a boost answers what it boosts. */
async function findParent(ctx: Context, author: Actor, id: string | undefined): Promise<Status | undefined> {
  if (id === undefined) return undefined
  const named = await getVisibleStatus(ctx, id, author.id)
  const parent = named.boostOfId === null ? named : await getVisibleStatus(ctx, named.boostOfId, author.id)
  const answered = await findActor(ctx.db, parent.actorId)
  if (answered !== undefined) await requireInteraction(ctx, parent, answered, author, 'reply')
  return parent
}

/** Whoever is named, and whoever is asked to let themselves be quoted. */
function audienceOf({ mentions }: Named, quote: PreparedQuote | undefined): string[] {
  const named = mentions.flatMap((mention) => mention.actorId ?? [])
  return [...new Set([...named, ...(quote?.audience ?? [])])]
}

function requireStored(status: Status | undefined): Status {
  if (status === undefined) throw new DomainError('unavailable', 'The post could not be stored.')
  return status
}
