import type { Context, TxContext } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { htmlToText } from '../../lib/html-to-text.ts'
import type { Actor } from '../../store/actors.ts'
import { listVotesOf, lockPoll, type Poll } from '../../store/polls.ts'
import { findStatus, type Status } from '../../store/statuses.ts'
import { findStatusIdByUri } from '../accounts/resolve-local.ts'
import type { NoteDraft } from '../drafts.ts'
import { findTarget } from '../interactions/target.ts'
import { countVotes } from './count-votes.ts'
import { isOpen } from './poll-state.ts'
import { tellSoon } from './schedule.ts'

/** What tells votes from posts. */
type Paper = Pick<NoteDraft, 'type' | 'contentHtml' | 'attachments' | 'quoteUri' | 'inReplyTo' | 'visibility'>

/**
 * Whether a note is a vote, and no post: it answers something and says nothing but perhaps a name, and either it says so
 * to nobody but the one who asked, or what it answers is a poll. snac2 writes a line break where there is nothing to say.
 */
export async function isVote(ctx: Pick<Context, 'config' | 'db'>, note: Paper): Promise<boolean> {
  const { type, contentHtml, attachments, quoteUri, inReplyTo } = note
  if (type !== 'Note' || inReplyTo === undefined || htmlToText(contentHtml) !== '') return false
  if (attachments.length > 0 || quoteUri !== undefined) return false
  return note.visibility === 'direct' || (await findAnswered(ctx, inReplyTo))?.type === 'Question'
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
    const target = await findTarget(tx, voter.id, await findStatusIdByUri(tx, input.inReplyTo))
    if (target === undefined || !target.status.isLocal || target.author.id === voter.id) return 'ignored'
    const post = target.status
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
