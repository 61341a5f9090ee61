import type { NoteDraft } from '../../domain/drafts.ts'
import { canonicalHost } from '../../lib/canonical-host.ts'
import { readNote } from '../vocab/read-note.ts'
import type { Received } from './listener.ts'

/** The post inside an activity, if it is the sender's own: an id on their host and their name on it. */
export function findOwnNote({ activity, actor }: Received): NoteDraft | undefined {
  const { embedded } = activity.object
  const { to, cc } = activity
  const options = { followers: actor.followersUrl ?? undefined, audience: { to, cc } }
  const read = embedded === undefined ? undefined : readNote(embedded, options)
  if (read === undefined || !read.ok) return undefined
  const { note } = read
  const own = note.attributedTo === actor.uri && canonicalHost(note.id) === canonicalHost(actor.uri)
  return own ? note : undefined
}
