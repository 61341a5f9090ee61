import type { QuoteAuthorizationDraft } from '../../domain/drafts.ts'
import type { Absence } from '../../domain/remote/remote-world.ts'
import { readQuoteAuthorization } from '../vocab/read-quote-authorization.ts'
import { toCanonical } from '../vocab/read-canonical.ts'
import type { ActorSource } from './fetch-actor.ts'
import { fetchDocument } from './fetch-document.ts'

/** A stamp from the server that its id names, under that id and no other; `refused` for anything else. */
export async function fetchQuoteAuthorization(
  source: ActorSource,
  uri: string,
): Promise<QuoteAuthorizationDraft | Absence> {
  const document = await fetchDocument(source.get, uri)
  if ('missing' in document) return document.missing
  const canonical = await toCanonical(document.json, source.loaders)
  const read = canonical.ok ? readQuoteAuthorization(canonical.value) : undefined
  return read?.ok === true && read.authorization.id === uri ? read.authorization : 'refused'
}
