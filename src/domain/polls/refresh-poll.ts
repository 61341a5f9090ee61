import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { findActor } from '../../store/actors.ts'
import { claimPollCheck, findPoll } from '../../store/polls.ts'
import { findStatus, type Status } from '../../store/statuses.ts'
import { receiveNoteUpdate } from '../statuses/receive-note-update.ts'
import { scheduleLastLook } from './schedule.ts'
import { notifyOfResult } from '../notifications/notify.ts'

/** A poll is asked about no more often than that. */
const freshMs = 60_000

/**
 * Asks the server of a poll elsewhere how it stands, unless that was asked a minute ago or the poll is over. What we
 * know stays when that server does not say.
 */
export async function refreshPoll(ctx: Context, statusId: string): Promise<'refreshed' | 'kept'> {
  const [status, poll] = await Promise.all([findStatus(ctx.db, statusId), findPoll(ctx.db, statusId)])
  if (status?.uri == null || poll === undefined || poll.closedAt !== null) return 'kept'
  const now = ctx.now()
  if (!(await claimPollCheck(ctx.db, statusId, now, new Date(now.getTime() - freshMs)))) return 'kept'
  return (await askHowItStands(ctx, status)) === 'refreshed' ? 'refreshed' : 'kept'
}

async function askHowItStands(
  ctx: Context,
  status: Pick<Status, 'uri' | 'actorId'>,
): Promise<'refreshed' | 'kept' | 'unavailable'> {
  if (status.uri === null) return 'kept'
  const note = await ctx.remote.askNote(status.uri)
  if (note === 'unavailable') return 'unavailable'
  if (typeof note === 'string' || note.id !== status.uri) return 'kept'
  const author = await findActor(ctx.db, status.actorId)
  if (author === undefined || author.uri !== note.attributedTo) return 'kept'
  const outcome = await receiveNoteUpdate(ctx, { note, author, recipientId: null })
  return outcome === 'updated' ? 'refreshed' : 'kept'
}

/**
 * A poll elsewhere should be over: learns how it ended; waits on where it lasts longer than it was to.
 * @throws Error when its server does not answer: the job is tried again
 */
export async function learnResult(ctx: Context, { statusId }: { statusId: string }): Promise<void> {
  const [status, known] = await Promise.all([findStatus(ctx.db, statusId), findPoll(ctx.db, statusId)])
  if (status === undefined || known === undefined || known.closedAt !== null) return
  const isOver = known.endsAt !== null && known.endsAt <= ctx.now()
  if (isOver && (await askHowItStands(ctx, status)) === 'unavailable')
    throw new Error(`The server of poll ${statusId} does not say how it ended`)
  const poll = await findPoll(ctx.db, statusId)
  await transact(ctx, async (tx) => {
    await scheduleLastLook(tx, statusId, poll?.endsAt ?? null, { again: true })
    if (poll !== undefined && poll.closedAt !== null) await notifyOfResult(tx, statusId)
  })
}
