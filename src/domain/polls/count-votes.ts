import type { TxContext } from '../../context.ts'
import { insertVotes, listVotesOf, updatePoll, type Poll, type Vote } from '../../store/polls.ts'

type Voter = { readonly id: string }
type Ballot = { readonly statusUri: string | null; readonly choices: readonly number[] }

/**
 * Adds what somebody chose to a poll that is held (`lockPoll`). A poll elsewhere is counted on as well, until its own
 * server says how it stands.
 * @returns the votes that were not there before
 */
export async function countVotes(tx: TxContext, poll: Poll, voter: Voter, ballot: Ballot): Promise<Vote[]> {
  const { statusId } = poll
  const earlier = await listVotesOf(tx.db, statusId, voter.id)
  const votes = ballot.choices.map((choice) => ({
    id: tx.newId(),
    actorId: voter.id,
    statusId,
    statusUri: ballot.statusUri,
    choice,
  }))
  const counted = new Set(await insertVotes(tx.db, votes))
  if (counted.size === 0) return []
  const isNewVoter = earlier.length === 0
  await updatePoll(tx.db, statusId, {
    votes: poll.votes.map((count, choice) => String(BigInt(count) + (counted.has(choice) ? 1n : 0n))),
    ...(isNewVoter && poll.voters !== null && { voters: String(BigInt(poll.voters) + 1n) }),
  })
  return votes.filter(({ choice }) => counted.has(choice))
}
