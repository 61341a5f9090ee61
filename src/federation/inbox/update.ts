import type { TxContext } from '../../context.ts'
import type { ActorDraft } from '../../domain/drafts.ts'
import { receiveMove } from '../../domain/moving/receive-move.ts'
import { receiveNoteUpdate } from '../../domain/statuses/receive-note-update.ts'
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
    return read.ok && read.actor.id === actor.uri ? (tx) => applyProfile(tx, read.actor) : undefined
  }
  const note = findOwnNote(received)
  return note === undefined ? undefined : (tx) => receiveNoteUpdate(tx, { note, author: actor, recipientId })
}

/** Where it says that its actor lives elsewhere it is a Move as well: Misskey and its forks need no other. */
async function applyProfile(tx: TxContext, draft: ActorDraft): Promise<void> {
  const actor = await storeActor(tx, draft, { how: 'sent' })
  if (draft.movedTo !== undefined) await receiveMove(tx, { actor, targetUri: draft.movedTo })
}
