import type { Context } from '../../context.ts'
import type { ActorDraft } from '../../domain/drafts.ts'
import type { Actor } from '../../store/actors.ts'
import { readActor } from '../vocab/read-actor.ts'
import { toCanonical, type Loaders } from '../vocab/read-canonical.ts'
import { fetchDocument, type NoDocument } from './fetch-document.ts'
import type { SignedGet } from './signed-get.ts'
import { storeActor } from './store-actor.ts'

export type ActorSource = { readonly get: SignedGet; readonly loaders: Loaders }

/** Fetches an actor by its id; says why when it cannot be had. */
export async function fetchActorDraft(source: ActorSource, uri: string): Promise<ActorDraft | NoDocument> {
  const document = await fetchDocument(source.get, uri)
  if ('missing' in document) return document
  const canonical = await toCanonical(document.json, source.loaders)
  const read = canonical.ok ? readActor(canonical.value) : canonical
  return read.ok ? read.actor : { missing: 'refused', reason: `${uri}: ${read.problem}` }
}

export async function fetchActor(
  ctx: Context,
  source: ActorSource,
  uri: string,
): Promise<Actor | NoDocument> {
  const draft = await fetchActorDraft(source, uri)
  return 'missing' in draft ? draft : storeActor(ctx, draft)
}

/**
 * Fetches whoever owns a key, so that the keys which they list are stored. The id of a key mostly lies within the
 * actor's document; GoToSocial serves a stub of the actor there; others serve the bare key, which names an owner:
 * then the owner's own document decides.
 */
export async function fetchKeyOwner(ctx: Context, source: ActorSource, keyId: string): Promise<void> {
  const uri = keyId.split('#')[0] ?? keyId
  const document = await fetchDocument(source.get, uri)
  if ('missing' in document) return
  const { owner, controller } = document.json
  const claimed = [owner, controller].find((value) => typeof value === 'string')
  const isBareKey = claimed !== undefined && !('inbox' in document.json)
  if (isBareKey && new URL(uri).host !== URL.parse(claimed)?.host) return
  const canonical = isBareKey ? undefined : await toCanonical(document.json, source.loaders)
  const read = canonical?.ok === true ? readActor(canonical.value) : undefined
  if (read?.ok === true) await storeActor(ctx, read.actor)
  else if (isBareKey) await fetchActor(ctx, source, claimed)
}
