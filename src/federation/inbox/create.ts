import { isVote, receiveVote } from '../../domain/polls/receive-vote.ts'
import type { Listener } from './listener.ts'
import { findOwnNote } from './own-note.ts'

/** https://www.w3.org/TR/activitypub/#create-activity-inbox: of a post, or of a vote, which is no post. */
export const onCreate: Listener = async (ctx, received) => {
  const note = findOwnNote(received)
  const { actor: author, recipientId } = received
  if (note === undefined || !(await isVote(ctx, note))) return note && { note, author, recipientId }
  const { name, inReplyTo } = note
  if (name === undefined || inReplyTo === undefined) return undefined
  return (tx) => receiveVote(tx, { name, inReplyTo, voter: author })
}
