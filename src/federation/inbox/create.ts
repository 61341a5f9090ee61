import { receiveNote } from '../../domain/statuses/receive-note.ts'
import type { Listener } from './listener.ts'
import { findOwnNote } from './own-note.ts'

/** https://www.w3.org/TR/activitypub/#create-activity-inbox */
export const onCreate: Listener = async (_ctx, received) => {
  const note = findOwnNote(received)
  if (note === undefined) return undefined
  const { actor: author, recipientId } = received
  return (tx) => receiveNote(tx, { note, author, recipientId })
}
