import { isVote, looksLikeVote, receiveVote } from '../../domain/polls/receive-vote.ts'
import type { Listener } from './listener.ts'
import { findOwnNote } from './own-note.ts'

/** https://www.w3.org/TR/activitypub/#create-activity-inbox: of a post, or of a vote, which is no post. */
export const onCreate: Listener = async (ctx, received) => {
  const note = findOwnNote(received)
  const { actor: author, recipientId } = received
  if (note !== undefined && looksLikeVote(note) && (await isVote(ctx, note))) {
    const { name, inReplyTo } = note
    return (tx) => receiveVote(tx, { name, inReplyTo, voter: author })
  }
  return note && { note, author, recipientId }
}
