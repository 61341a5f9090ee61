import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { DomainError } from '../../lib/errors.ts'
import type { Actor } from '../../store/actors.ts'
import { enqueue } from '../../store/jobs.ts'
import { listVotesOf, lockPoll, type Poll } from '../../store/polls.ts'
import { getTarget } from '../interactions/target.ts'
import { requireHere } from '../moving/require-here.ts'
import { countVotes } from './count-votes.ts'
import { isOpen } from './poll-state.ts'
import { tellSoon } from './schedule.ts'

/**
 * One of us votes, on a poll of ours or elsewhere: once, all choices at the same time. A boost stands for what it boosts.
 * @param choices places of options, from 0
 * @throws DomainError `not_found` for what the voter may not see or is no poll; `invalid` for choices that will not do,
 *   for one's own poll, for a poll that is over, and for a second vote; `forbidden` for an account that has moved
 */
export async function vote(
  ctx: Context,
  voter: Actor,
  statusId: string,
  choices: readonly number[],
): Promise<void> {
  requireHere(voter)
  await transact(ctx, async (tx) => {
    const { status } = await getTarget(tx, voter.id, statusId)
    if (status.actorId === voter.id) throw new DomainError('invalid', 'Nobody votes in a poll of their own.')
    const poll = await lockPoll(tx.db, status.id)
    if (poll === undefined) throw new DomainError('not_found', 'There is no poll in that post.')
    if (!isOpen(poll, tx.now())) throw new DomainError('invalid', 'The poll is over.')
    checkChoices(poll, choices)
    if ((await listVotesOf(tx.db, poll.statusId, voter.id)).length > 0) {
      throw new DomainError('invalid', 'You have voted in this poll already.')
    }
    const votes = await countVotes(tx, poll, voter, { statusUri: status.uri, choices })
    if (status.isLocal) await tellSoon(tx, poll.statusId)
    else for (const { id } of votes) await enqueue(tx, 'vote.cast', { voteId: id })
  })
}

function checkChoices(poll: Poll, choices: readonly number[]): void {
  const areOptions = choices.every((choice) => Number.isInteger(choice) && choice in poll.options)
  if (choices.length === 0 || !areOptions || new Set(choices).size < choices.length) {
    throw new DomainError('invalid', `Choose among the ${poll.options.length} options, each at most once.`)
  }
  if (!poll.multiple && choices.length > 1) {
    throw new DomainError('invalid', 'This poll takes one choice only.')
  }
}
