import { receiveNoteUpdate } from '../../domain/statuses/receive-note.ts'
import { readActor } from '../vocab/read-actor.ts'
import { storeActor } from '../remote/store-actor.ts'
import type { Listener } from './listener.ts'
import { findOwnNote } from './own-note.ts'

/** https://www.w3.org/TR/activitypub/#update-activity-inbox: of a post, or of the actor itself. */
export const onUpdate: Listener = async (_ctx, received) => {
  const { activity, actor, recipientId } = received
  const { embedded } = activity.object
  if (activity.object.id === actor.uri && embedded !== undefined) {
    const read = readActor(embedded)
    return read.ok && read.actor.id === actor.uri
      ? (tx) => storeActor(tx, read.actor, { how: 'sent' })
      : undefined
  }
  const note = findOwnNote(received)
  return note === undefined ? undefined : (tx) => receiveNoteUpdate(tx, { note, author: actor, recipientId })
}
