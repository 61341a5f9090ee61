import type { Context, TxContext } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { DomainError } from '../../lib/errors.ts'
import type { Actor } from '../../store/actors.ts'
import { listVotesOf, lockPoll, type Poll } from '../../store/polls.ts'
import { findPost, findStatus, type Status } from '../../store/statuses.ts'
import { findStatusIdByUri } from '../accounts/resolve-local.ts'
import type { NoteDraft } from '../drafts.ts'
import { getVisibleStatus } from '../statuses/get-visible.ts'
import { countVotes } from './count-votes.ts'
import { isOpen } from './poll-state.ts'
import { tellSoon } from './schedule.ts'

/** What votes and posts have in common, and what tells them apart. */
type Paper = Pick<NoteDraft, 'type' | 'name' | 'contentHtml' | 'inReplyTo' | 'attachments' | 'visibility'>

/** A Note with a name and nothing else, in answer to something: what everybody sends for a vote. */
export function looksLikeVote(note: Paper): note is Paper & { name: string; inReplyTo: string } {
  const saysNothing = note.contentHtml === '' && note.attachments.length === 0
  return note.type === 'Note' && note.name !== undefined && note.inReplyTo !== undefined && saysNothing
}

/** Whether it is a vote: it says so to nobody but the one who asked, or what it answers is a poll. */
export async function isVote(ctx: Pick<Context, 'config' | 'db'>, note: Paper): Promise<boolean> {
  if (!looksLikeVote(note)) return false
  return note.visibility === 'direct' || (await findAnswered(ctx, note.inReplyTo))?.type === 'Question'
}

async function findAnswered(ctx: Pick<Context, 'config' | 'db'>, uri: string): Promise<Status | undefined> {
  const id = await findStatusIdByUri(ctx, uri)
  return id === undefined ? undefined : findStatus(ctx.db, id)
}

/**
 * Somebody elsewhere votes in a poll of ours: only whoever may see it, until it is over, each choice once; where one
 * choice is taken the first one stands.
 */
export async function receiveVote(
  ctx: Context,
  input: { name: string; inReplyTo: string; voter: Actor },
): Promise<'counted' | 'ignored'> {
  const { name, voter } = input
  return transact(ctx, async (tx) => {
    const id = await findStatusIdByUri(tx, input.inReplyTo)
    const post = id === undefined ? undefined : await findPost(tx.db, id)
    if (post === undefined || !(await mayVote(tx, post, voter))) return 'ignored'
    const poll = await lockPoll(tx.db, post.id)
    const choices = poll === undefined ? [] : await listNewChoices(tx, poll, voter, name)
    if (poll === undefined || choices.length === 0) return 'ignored'
    const counted = await countVotes(tx, poll, voter, { statusUri: null, choices })
    if (counted.length === 0) return 'ignored'
    await tellSoon(tx, post.id)
    return 'counted'
  })
}

async function listNewChoices(tx: TxContext, poll: Poll, voter: Actor, name: string): Promise<number[]> {
  const choice = poll.options.indexOf(name)
  if (choice < 0 || !isOpen(poll, tx.now())) return []
  const isDone = !poll.multiple && (await listVotesOf(tx.db, poll.statusId, voter.id)).length > 0
  return isDone ? [] : [choice]
}

async function mayVote(ctx: Pick<Context, 'db'>, post: Status, voter: Actor): Promise<boolean> {
  try {
    await getVisibleStatus(ctx, post.id, voter.id)
    return true
  } catch (error) {
    if (error instanceof DomainError && error.code === 'not_found') return false
    throw error
  }
}
