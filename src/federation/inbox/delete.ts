import { receiveActorDelete } from '../../domain/accounts/receive-actor-delete.ts'
import { receiveRevocation } from '../../domain/quotes/receive-revocation.ts'
import { receiveNoteDelete } from '../../domain/statuses/receive-note-delete.ts'
import type { Listener } from './listener.ts'

/** https://www.w3.org/TR/activitypub/#delete-activity-inbox: of a post, of a stamp (FEP-044f), or of the actor itself. */
export const onDelete: Listener = async (_ctx, { activity, actor }) => {
  const uri = activity.object.id
  if (uri === undefined) return undefined
  return uri === actor.uri
    ? (tx) => receiveActorDelete(tx, actor)
    : async (tx) => {
        // Whoever quotes says what its stamp is: that something is named as one does not make it no post.
        await receiveRevocation(tx, { uri, by: actor })
        await receiveNoteDelete(tx, { uri, by: actor })
      }
}
