import type { TxContext } from '../../context.ts'
import { lockPoll, updatePoll } from '../../store/polls.ts'
import { lockPost } from '../../store/statuses.ts'
import { notifyOfResult } from '../notifications/notify.ts'

/**
 * Ends a poll of ours whose time has come.
 * @returns false when there is nothing to end: it is gone, was ended before, or lasts longer than it should have
 */
export async function closePoll(tx: TxContext, statusId: string): Promise<boolean> {
  await lockPost(tx.db, statusId)
  const poll = await lockPoll(tx.db, statusId)
  if (poll === undefined || poll.closedAt !== null) return false
  if (poll.endsAt === null || poll.endsAt > tx.now()) return false
  await updatePoll(tx.db, statusId, { closedAt: poll.endsAt })
  await notifyOfResult(tx, statusId)
  return true
}
