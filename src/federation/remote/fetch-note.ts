import type { NoteDraft } from '../../domain/drafts.ts'
import { canonicalHost } from '../../lib/canonical-host.ts'
import { readNote } from '../vocab/read-note.ts'
import { toCanonical } from '../vocab/read-canonical.ts'
import type { ActorSource } from './fetch-actor.ts'
import { fetchDocument } from './fetch-document.ts'

/**
 * A post from the server that its id names, attributed to somebody of that server; `gone` when that server says so,
 * undefined when it cannot be had or is something else.
 */
export async function fetchNote(source: ActorSource, uri: string): Promise<NoteDraft | 'gone' | undefined> {
  const document = await fetchDocument(source.get, uri)
  if ('missing' in document) return document.missing === 'gone' ? 'gone' : undefined
  if (document.json['type'] === 'Tombstone') return 'gone'
  const canonical = await toCanonical(document.json, source.loaders)
  const read = canonical.ok ? readNote(canonical.value) : undefined
  if (read?.ok !== true || read.note.id !== document.id) return undefined
  return canonicalHost(read.note.attributedTo) === canonicalHost(document.id) ? read.note : undefined
}
