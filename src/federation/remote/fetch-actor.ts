import type { Context } from '../../context.ts'
import type { ActorDraft } from '../../domain/drafts.ts'
import { canonicalHost } from '../../lib/canonical-host.ts'
import type { Actor } from '../../store/actors.ts'
import { readActor } from '../vocab/read-actor.ts'
import { toCanonical, type Loaders } from '../vocab/read-canonical.ts'
import { fetchDocument, type FetchedDocument, type NoDocument } from './fetch-document.ts'
import type { SignedGet } from './signed-get.ts'
import { storeActor } from './store-actor.ts'

export type ActorSource = { readonly get: SignedGet; readonly loaders: Loaders }

/** Fetches an actor by its id; says why when it cannot be had. */
export async function fetchActorDraft(source: ActorSource, uri: string): Promise<ActorDraft | NoDocument> {
  const document = await fetchDocument(source.get, uri)
  if ('missing' in document) return document
  return readActorDocument(source, document)
}

async function readActorDocument(
  source: ActorSource,
  document: FetchedDocument,
): Promise<ActorDraft | NoDocument> {
  const canonical = await toCanonical(document.json, source.loaders)
  const read = canonical.ok ? readActor(canonical.value) : canonical
  if (!read.ok) return { missing: 'refused', reason: `${document.url}: ${read.problem}` }
  return read.actor.id === document.id
    ? read.actor
    : { missing: 'refused', reason: `${document.url} has two ids` }
}

async function fetchActor(ctx: Context, source: ActorSource, uri: string): Promise<Actor | NoDocument> {
  const draft = await fetchActorDraft(source, uri)
  return 'missing' in draft ? draft : storeActor(ctx, draft)
}

/**
 * Fetches whoever owns a key, so that the keys which they list are stored. The id of a key mostly lies within the
 * actor's document; GoToSocial serves a stub of the actor there; others serve the bare key, which names an owner:
 * then the owner's own document decides.
 * @returns `unavailable` when a server that must be asked does not answer
 */
export async function fetchKeyOwner(
  ctx: Context,
  source: ActorSource,
  keyId: string,
): Promise<'unavailable' | void> {
  const document = await fetchDocument(source.get, keyId.split('#')[0] ?? keyId)
  if ('missing' in document) return silenceOf(document)
  const owner = findOwner(document)
  if (owner !== undefined) return silenceOf(await fetchActor(ctx, source, owner))
  const draft = await readActorDocument(source, document)
  if ('id' in draft) await storeActor(ctx, draft)
}

function silenceOf(answer: Actor | NoDocument): 'unavailable' | undefined {
  return 'missing' in answer && answer.missing === 'unavailable' ? 'unavailable' : undefined
}

/** Whom a bare key names as its owner, on its own host; undefined for the document of an actor. */
function findOwner({ id, json }: FetchedDocument): string | undefined {
  const owner = json['owner'] ?? json['controller']
  if (typeof owner !== 'string' || 'inbox' in json) return undefined
  return canonicalHost(owner) === canonicalHost(id) ? owner : undefined
}
