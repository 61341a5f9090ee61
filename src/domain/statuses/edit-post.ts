import { isDeepStrictEqual } from 'node:util'
import type { Context, TxContext } from '../../context.ts'
import type { Attachment } from '../../db/json.ts'
import { transact } from '../../db/transact.ts'
import { DomainError } from '../../lib/errors.ts'
import type { Actor } from '../../store/actors.ts'
import { enqueue } from '../../store/jobs.ts'
import { findPoll, lockPoll, type Poll } from '../../store/polls.ts'
import { findStatus, lockPost, setQuotePolicy, updatePost, type Status } from '../../store/statuses.ts'
import { publishStatuses } from '../../store/stream-events.ts'
import { noteConversations } from '../conversations/note-conversations.ts'
import { findEmojis } from '../emojis/find-emojis.ts'
import { noteLinkAnew } from '../links/note-links.ts'
import { isBoost } from '../policy/visibility.ts'
import { checkPoll, type PollInput } from '../polls/check-poll.ts'
import { changePoll } from '../polls/keep-poll.ts'
import { asksTheSame } from '../polls/poll-state.ts'
import type { QuotePolicy } from '../quotes/quote-policy.ts'
import { lookAgainLater } from '../remote/look-again.ts'
import { checkWords, type Words } from './check-words.ts'
import { editAttachments, type MediaEdit } from './edit-attachments.ts'
import { keepVersion } from './keep-version.ts'
import { nameMentions, type Named } from './name-mentions.ts'
import { notifyOfEdit } from '../notifications/notify.ts'

export type PostEdit = MediaEdit & {
  readonly text: string
  readonly summary?: string | undefined
  readonly language?: string | undefined
  /** What is attached is not for everybody's eyes; what has a content warning is sensitive anyway. */
  readonly sensitive?: boolean | undefined
  /** Null takes the poll away; undefined leaves it as it is. */
  readonly poll?: PollInput | null | undefined
  /** Who may quote it from now on; undefined leaves that as it is. */
  readonly quotePolicy?: QuotePolicy | undefined
}

/**
 * A post's author says it otherwise. Its visibility never changes; whoever was named stays in the audience, since
 * they have it already and must learn of the edit. What it said before is kept; an edit that changes nothing is none,
 * and one that only changes who may quote it makes no version.
 * @throws DomainError `not_found` when the post is not the author's or is gone, `invalid` for a text, a poll or media
 *   that will not do
 */
export async function editPost(ctx: Context, author: Actor, id: string, edit: PostEdit): Promise<void> {
  const present = requireOwn(await findStatus(ctx.db, id), author)
  const hasMedia = (edit.mediaIds ?? present.attachments).length > 0
  const words = checkWords(edit, { mayBeEmpty: hasMedia || quotes(present) })
  if (edit.poll) checkPoll(edit.poll)
  const named = await nameMentions(ctx, words.text)
  await transact(ctx, async (tx) => {
    await lockPost(tx.db, id)
    const post = requireOwn(await findStatus(tx.db, id), author)
    if (isBoost(post)) throw noSuchPost()
    await replaceVersion(tx, post, edit, { words, named })
    await lookAgainLater(tx, named.stale)
  })
}

async function replaceVersion(
  tx: TxContext,
  post: Status,
  edit: PostEdit,
  { words, named }: { words: Words; named: Named },
): Promise<void> {
  const { id } = post
  const poll = await lockPoll(tx.db, id)
  const attachments = await editAttachments(tx, post, edit)
  requireOneKind(attachments, edit.poll === undefined ? poll : edit.poll)
  const version = { ...nextVersion(post, edit, words), attachments }
  const isOther = !saysTheSame(post, version) || !asksAsBefore(poll, edit.poll)
  const isPolicyOther = await replacePolicy(tx, post, edit.quotePolicy)
  if (!isOther && edit.poll === undefined) {
    if (isPolicyOther) await enqueue(tx, 'status.updated', { statusId: id })
    return
  }
  if (isOther) await keepVersion(tx, post, poll)
  if (edit.poll !== undefined) await changePoll(tx, id, poll, edit.poll)
  const editedAt = isOther ? tx.now() : post.editedAt
  const columns = {
    ...version,
    attachments: JSON.stringify(attachments),
    ...(await describeWords(tx, id, version)),
  }
  const { audience, ...namedIn } = nameAudience(post, named)
  await updatePost(tx.db, id, { ...columns, ...namedIn, audience, editedAt })
  await noteLinkAnew(tx, { ...post, source: version.source, content: null })
  publishStatuses(tx.db, 'status.update', [id])
  if (isOther) await notifyOfEdit(tx, post)
  await bringIntoConversation(
    tx,
    post,
    audience.filter((actorId) => !post.audience.includes(actorId)),
  )
  await enqueue(tx, isOther || isPolicyOther ? 'status.updated' : 'poll.voted', { statusId: id })
}

/** @returns whether others are to be told of it */
async function replacePolicy(tx: TxContext, post: Status, policy: QuotePolicy | undefined): Promise<boolean> {
  if (policy === undefined || policy === (post.quotePolicy ?? 'public')) return false
  await setQuotePolicy(tx.db, post.id, policy)
  return true
}

/** Whoever is named in a direct post from here on has it among their conversations, as if it was said to them. */
async function bringIntoConversation(tx: TxContext, post: Status, named: readonly string[]): Promise<void> {
  if (post.visibility === 'direct') await noteConversations(tx, [post.id], named)
}

async function describeWords(tx: TxContext, id: string, { source, summary }: Version) {
  const poll = await findPoll(tx.db, id)
  const emojis = await findEmojis(tx, [source, summary, ...(poll?.options ?? [])])
  return { type: poll === undefined ? 'Note' : 'Question', emojis: JSON.stringify(emojis) }
}

/** What is asked and what is shown exclude each other, in Mastodon's words. @throws DomainError `invalid` */
function requireOneKind(attachments: readonly Attachment[], poll: Poll | PollInput | null | undefined): void {
  if (attachments.length > 0 && poll) throw new DomainError('invalid', 'Cannot attach more than 4 files')
}

function nextVersion(post: Status, edit: PostEdit, words: Words): Omit<Version, 'attachments'> {
  const { text: source, summary } = words
  const wasSensitive = post.sensitive && post.summary === ''
  const sensitive = words.sensitive || (edit.sensitive ?? wasSensitive)
  return { summary, sensitive, language: edit.language ?? post.language, source }
}

type Version = Pick<Status, 'summary' | 'sensitive' | 'language'> & {
  readonly source: string
  readonly attachments: readonly Attachment[]
}

function saysTheSame(post: Status, version: Version): boolean {
  const { summary, sensitive, language, source, attachments } = version
  const isSameText = post.source === source && post.summary === summary
  const isSameMedia = isDeepStrictEqual(post.attachments, attachments)
  return isSameText && isSameMedia && post.language === language && post.sensitive === sensitive
}

function asksAsBefore(poll: Poll | undefined, input: PostEdit['poll']): boolean {
  if (input === undefined || input === null) return input === undefined || poll === undefined
  return poll !== undefined && asksTheSame(poll, checkPoll(input))
}

function nameAudience(post: Status, { mentions, tags }: Named) {
  const named = mentions.flatMap((mention) => mention.actorId ?? [])
  return { mentions: JSON.stringify(mentions), tags, audience: [...new Set([...post.audience, ...named])] }
}

export function requireOwn(post: Status | undefined, author: Actor): Status {
  if (post === undefined || post.actorId !== author.id || post.deletedAt !== null) {
    throw noSuchPost()
  }
  return post
}

/** Whether a post shows another one, so that it needs no words. */
export function quotes({ quoteOfId, quoteUri }: Pick<Status, 'quoteOfId' | 'quoteUri'>): boolean {
  return quoteOfId !== null || quoteUri !== null
}

function noSuchPost(): DomainError {
  return new DomainError('not_found', 'You have no such post.')
}
