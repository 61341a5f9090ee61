import type { NoteDraft } from '../../domain/drafts.ts'
import type { Absence } from '../../domain/remote/remote-world.ts'
import { canonicalHost } from '../../lib/canonical-host.ts'
import { readNote } from '../vocab/read-note.ts'
import { toCanonical } from '../vocab/read-canonical.ts'
import type { ActorSource } from './fetch-actor.ts'
import { fetchDocument } from './fetch-document.ts'

/** A post from the server that its id names, attributed to somebody of that server; says why when it cannot be had. */
export async function askNote(source: ActorSource, uri: string): Promise<NoteDraft | Absence> {
  const document = await fetchDocument(source.get, uri)
  if ('missing' in document) return document.missing
  if (document.json['type'] === 'Tombstone') return 'gone'
  const canonical = await toCanonical(document.json, source.loaders)
  const read = canonical.ok ? readNote(canonical.value) : undefined
  if (read?.ok !== true || read.note.id !== document.id) return 'refused'
  return canonicalHost(read.note.attributedTo) === canonicalHost(document.id) ? read.note : 'refused'
}

/** The same for those to whom it only matters whether its server says that it is no more. */
export async function fetchNote(source: ActorSource, uri: string): Promise<NoteDraft | 'gone' | undefined> {
  const answer = await askNote(source, uri)
  if (typeof answer !== 'string') return answer
  return answer === 'gone' || answer === 'missing' ? 'gone' : undefined
}
