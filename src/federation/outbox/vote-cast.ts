import type { Context } from '../../context.ts'
import { actorUri } from '../../domain/accounts/addresses.ts'
import { findActor } from '../../store/actors.ts'
import { findPoll, findVote } from '../../store/polls.ts'
import { findStatus } from '../../store/statuses.ts'
import { writeVote } from '../vocab/write-vote.ts'
import { sendActivity } from './send.ts'

/** One choice in a poll elsewhere, to the own inbox of whoever asks: it is nobody else's business. */
export async function sendVoteCast(ctx: Context, data: { voteId: string }, jobId: string): Promise<void> {
  const vote = await findVote(ctx.db, data.voteId)
  if (vote === undefined) return
  const [status, poll] = await Promise.all([
    findStatus(ctx.db, vote.statusId),
    findPoll(ctx.db, vote.statusId),
  ])
  const name = poll?.options[vote.choice]
  if (status?.uri == null || name === undefined) return
  const [voter, author] = await Promise.all([
    findActor(ctx.db, vote.actorId),
    findActor(ctx.db, status.actorId),
  ])
  if (voter === undefined || author?.uri == null || author.inboxId === null) return
  const actor = actorUri(ctx.config, voter)
  const activity = writeVote({ id: vote.id, actor, to: author.uri, inReplyTo: status.uri, name })
  const recipients = { inboxIds: [author.inboxId] }
  await sendActivity(ctx, { jobId, accountId: voter.id, objectId: vote.id, activity, recipients })
}
