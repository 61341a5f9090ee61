import type { TxContext } from '../../context.ts'
import { deletePolls, deleteVotes, insertPolls, updatePoll, type Poll } from '../../store/polls.ts'
import { checkPoll, type PollInput } from './check-poll.ts'
import { asksTheSame } from './poll-state.ts'
import { scheduleClosing } from './schedule.ts'

/**
 * Asks something beside a new post of ours.
 * @throws DomainError `invalid`
 */
export async function addPoll(tx: TxContext, statusId: string, input: PollInput): Promise<void> {
  const poll = describePoll(tx, input)
  await insertPolls(tx.db, [{ statusId, ...poll }])
  await scheduleClosing(tx, statusId, poll.endsAt)
}

/**
 * Asks otherwise, or nothing any more (null). Votes count on where the same is asked, for longer or shorter; where
 * something else is asked they do not.
 * @param poll held until the transaction ends
 * @throws DomainError `invalid`
 */
export async function changePoll(
  tx: TxContext,
  statusId: string,
  poll: Poll | undefined,
  input: PollInput | null,
): Promise<void> {
  if (input === null) return deletePolls(tx.db, [statusId])
  if (poll === undefined) return addPoll(tx, statusId, input)
  const { endsAt, hideTotals, ...asked } = describePoll(tx, input)
  const isSame = asksTheSame(poll, asked)
  await updatePoll(tx.db, statusId, { ...(!isSame && asked), hideTotals, endsAt, closedAt: null })
  if (!isSame) await deleteVotes(tx.db, [statusId])
  await scheduleClosing(tx, statusId, endsAt)
}

function describePoll(tx: TxContext, input: PollInput) {
  const { options, multiple, hideTotals } = checkPoll(input)
  const endsAt = new Date(tx.now().getTime() + input.endsInSeconds * 1000)
  return { options, multiple, hideTotals, votes: options.map(() => '0'), voters: '0', endsAt }
}
