import type { OwnDocuments } from '../domain/documents/own-documents.ts'
import { isBoost } from '../domain/policy/visibility.ts'
import { listCurrentKeys } from '../store/keys.ts'
import { readArchivedPost } from './vocab/read-archived-post.ts'
import { writeLetters } from './letters/write-letters.ts'
import { writeActor } from './vocab/write-actor.ts'
import { noteContext } from './vocab/write-contexts.ts'
import { writeAnnounce } from './vocab/write-interaction.ts'
import { writeCreate } from './vocab/write-note.ts'

/** The same writers that make what is served and sent. */
export const ownDocuments: OwnDocuments = {
  actor: async (ctx, account) => writeActor(ctx.config, account, await listCurrentKeys(ctx.db, account.id)),
  activity: (config, view) => {
    const activity = isBoost(view.status) ? writeAnnounce(config, view) : writeCreate(config, view)
    if (activity === undefined) return undefined
    const { '@context': _, ...rest } = activity
    return rest
  },
  readPost: readArchivedPost,
  context: noteContext,
  letters: writeLetters,
}
