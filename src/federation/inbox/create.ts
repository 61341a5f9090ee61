import type { Listener } from './listener.ts'
import { findOwnNote } from './own-note.ts'

/** https://www.w3.org/TR/activitypub/#create-activity-inbox */
export const onCreate: Listener = async (_ctx, received) => {
  const note = findOwnNote(received)
  const { actor: author, recipientId } = received
  return note && { note, author, recipientId }
}
