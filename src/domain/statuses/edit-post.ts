import type { Context, TxContext } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { DomainError } from '../../lib/errors.ts'
import type { Actor } from '../../store/actors.ts'
import { enqueue } from '../../store/jobs.ts'
import { findPoll, lockPoll, type Poll } from '../../store/polls.ts'
import { findStatus, lockPost, updatePost, type Status } from '../../store/statuses.ts'
import { publishStatuses } from '../../store/stream-events.ts'
import { isBoost } from '../policy/visibility.ts'
import { checkPoll, type PollInput } from '../polls/check-poll.ts'
import { changePoll } from '../polls/keep-poll.ts'
import { asksTheSame } from '../polls/poll-state.ts'
import { checkText } from './check-text.ts'
import { keepVersion } from './keep-version.ts'
import { nameMentions, type Named } from './name-mentions.ts'
import { notifyOfEdit } from '../notifications/notify.ts'

export type PostEdit = {
  readonly text: string
  readonly summary?: string | undefined
  readonly language?: string | undefined
  /** What is attached is not for everybody's eyes; what has a content warning is sensitive anyway. */
  readonly sensitive?: boolean | undefined
  /** Null takes the poll away; undefined leaves it as it is. */
  readonly poll?: PollInput | null | undefined
}

/**
 * A post's author says it otherwise. Its visibility never changes; whoever was named stays in the audience, since
 * they have it already and must learn of the edit. What it said before is kept; an edit that changes nothing is none.
 * @throws DomainError `not_found` when the post is not the author's or is gone, `invalid` for a text or a poll that will
 *   not do
 */
export async function editPost(ctx: Context, author: Actor, id: string, edit: PostEdit): Promise<void> {
  const text = checkText(edit.text)
  if (edit.poll) checkPoll(edit.poll)
  const named = await nameMentions(ctx, text)
  await transact(ctx, async (tx) => {
    await lockPost(tx.db, id)
    const post = requireOwn(await findStatus(tx.db, id), author)
    if (isBoost(post)) throw noSuchPost()
    await replaceVersion(tx, post, edit, { text, named })
  })
}

async function replaceVersion(
  tx: TxContext,
  post: Status,
  edit: PostEdit,
  { text, named }: { text: string; named: Named },
): Promise<void> {
  const { id } = post
  const poll = await lockPoll(tx.db, id)
  const version = nextVersion(post, edit, text)
  const isOther = !saysTheSame(post, version) || !asksAsBefore(poll, edit.poll)
  if (!isOther && edit.poll === undefined) return
  if (isOther) await keepVersion(tx, post, poll)
  if (edit.poll !== undefined) await changePoll(tx, id, poll, edit.poll)
  const type = (await findPoll(tx.db, id)) === undefined ? 'Note' : 'Question'
  const editedAt = isOther ? tx.now() : post.editedAt
  await updatePost(tx.db, id, { ...version, ...nameAudience(post, named), type, editedAt })
  publishStatuses(tx.db, 'status.update', [id])
  if (isOther) await notifyOfEdit(tx, post)
  await enqueue(tx, isOther ? 'status.updated' : 'poll.voted', { statusId: id })
}

function nextVersion(post: Status, edit: PostEdit, source: string): Version {
  const summary = edit.summary ?? ''
  const wasSensitive = post.sensitive && post.summary === ''
  const sensitive = (edit.sensitive ?? wasSensitive) || summary !== ''
  return { summary, sensitive, language: edit.language ?? post.language, source }
}

type Version = Pick<Status, 'summary' | 'sensitive' | 'language'> & { readonly source: string }

function saysTheSame(post: Status, { summary, sensitive, language, source }: Version): boolean {
  const isSameText = post.source === source && post.summary === summary
  return isSameText && post.language === language && post.sensitive === sensitive
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

function noSuchPost(): DomainError {
  return new DomainError('not_found', 'You have no such post.')
}
