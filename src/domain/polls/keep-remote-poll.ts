import type { TxContext } from '../../context.ts'
import {
  deletePolls,
  deleteVotes,
  findPoll,
  insertPolls,
  updatePoll,
  type NewPoll,
  type Poll,
} from '../../store/polls.ts'
import type { NoteDraft, PollDraft } from '../drafts.ts'
import { asksTheSame } from './poll-state.ts'
import { scheduleLastLook } from './schedule.ts'

type Asking = Pick<NoteDraft, 'type' | 'poll'>

/** What a note asks, if it does. */
function pollIn(note: Asking): PollDraft | undefined {
  return note.type === 'Question' ? note.poll : undefined
}

/** Keeps the polls of statuses that have just been stored. */
export async function keepNewPolls(
  tx: TxContext,
  stored: readonly { readonly statusId: string; readonly note: Asking }[],
): Promise<void> {
  const polls = stored.flatMap(({ statusId, note }) => {
    const poll = pollIn(note)
    return poll === undefined ? [] : [{ statusId, ...describePoll(tx, poll) }]
  })
  await insertPolls(tx.db, polls)
  for (const { statusId, endsAt } of polls) await scheduleLastLook(tx, statusId, endsAt)
}

/** How a remote poll's own server says it stands. */
function describePoll({ now }: Pick<TxContext, 'now'>, poll: PollDraft) {
  const endsAt = poll.endTime ?? null
  const hasEnded = endsAt !== null && endsAt <= now()
  return {
    multiple: poll.multiple,
    options: poll.options.map(({ name }) => name),
    votes: poll.options.map(({ votes }) => String(votes)),
    voters: poll.votersCount === undefined ? null : String(poll.votersCount),
    endsAt,
    closedAt: poll.closed ? (hasEnded ? endsAt : now()) : null,
    checkedAt: now(),
  } satisfies Omit<NewPoll, 'statusId'>
}

/**
 * What a later version of a note says of its poll. Counts may change at any time; where something else is asked, what
 * was voted here no longer counts.
 */
export async function keepPollVersion(tx: TxContext, statusId: string, note: Asking): Promise<void> {
  const [known, draft] = [await findPoll(tx.db, statusId), pollIn(note)]
  if (draft === undefined) return known && deletePolls(tx.db, [statusId])
  if (known === undefined) return keepNewPolls(tx, [{ statusId, note }])
  const poll = describePoll(tx, draft)
  await updatePoll(tx.db, statusId, poll)
  if (!asksTheSame(known, poll)) await deleteVotes(tx.db, [statusId])
  if (known.endsAt?.getTime() !== poll.endsAt?.getTime()) await scheduleLastLook(tx, statusId, poll.endsAt)
}

/** Whether a note asks what is asked already; also when neither asks anything. */
export function asksAsBefore(note: Asking, known: Poll | undefined): boolean {
  const draft = pollIn(note)
  if (draft === undefined || known === undefined) return draft === undefined && known === undefined
  const { multiple, options } = draft
  return asksTheSame(known, { multiple, options: options.map(({ name }) => name) })
}
