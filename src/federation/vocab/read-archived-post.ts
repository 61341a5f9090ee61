import type { CanonicalObject, NoteDraft } from '../../domain/drafts.ts'
import { readNote } from './read-note.ts'
import { scanDocument } from './read/scan.ts'

/**
 * A Note or Question, or what other software posts in its place, out of an archive. Items of archives have no `@context`
 * of their own, and all software writes them in the words that everybody knows; one that names others is read as if it
 * did not.
 */
export function readArchivedPost(document: unknown, followersUri: string | undefined): NoteDraft | undefined {
  if (!scanDocument(document).ok) return undefined
  const { '@context': _, ...words } = document as Record<string, unknown>
  const result = readNote(words as CanonicalObject, { followers: followersUri })
  return result.ok ? result.note : undefined
}
