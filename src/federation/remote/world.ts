import { localUsername } from '../../domain/accounts/addresses.ts'
import { findAccountByUri } from '../../domain/accounts/resolve-local.ts'
import type { Context } from '../../context.ts'
import type { RemoteWorld } from '../../domain/remote/remote-world.ts'
import { DomainError } from '../../lib/errors.ts'
import { findAccount, findRemoteActor, findRemoteActorByHandle, type Actor } from '../../store/actors.ts'
import { fetchActor, fetchActorDraft, type ActorSource } from './fetch-actor.ts'
import { fetchNote } from './fetch-note.ts'
import { storeActor } from './store-actor.ts'
import { finger, parseHandle } from './webfinger.ts'

const freshMs = 24 * 3600_000

/** Other servers, asked through the guarded client; what they said is kept when they do not answer any more. */
export function createRemoteWorld(getContext: () => Context, source: ActorSource): RemoteWorld {
  return {
    resolveHandle: (handle) => resolveHandle(getContext(), source, handle),
    resolveActor: (uri) => resolveActor(getContext(), source, uri),
    fetchNote: (uri) => fetchNote(source, uri),
  }
}

async function resolveActor(ctx: Context, source: ActorSource, uri: string): Promise<Actor | undefined> {
  if (uri.startsWith(`${ctx.config.origin}/`)) return findAccountByUri(ctx, uri)
  const known = await findRemoteActor(ctx.db, uri)
  if (known !== undefined && isFresh(ctx, known)) return known
  const fetched = await fetchActor(ctx, source, uri)
  return 'missing' in fetched ? known : fetched
}

async function resolveHandle(ctx: Context, source: ActorSource, handle: string): Promise<Actor> {
  const parsed = parseHandle(handle)
  if (parsed === undefined) throw new DomainError('not_found', `${handle} is not a handle like name@domain.`)
  const { username, domain } = parsed
  if (domain === ctx.config.handleDomain) return requireLocal(await findAccount(ctx.db, username), handle)
  const known = await findRemoteActorByHandle(ctx.db, username, domain)
  if (known !== undefined && isFresh(ctx, known)) return known
  try {
    return await discover(ctx, source, username, domain)
  } catch (error) {
    if (known === undefined) throw error
    return known
  }
}

/** A handle is believed when both sides agree: the domain names the actor, and the actor's server names the domain. */
async function discover(ctx: Context, source: ActorSource, username: string, domain: string): Promise<Actor> {
  const found = await finger(ctx, username, domain)
  if (localUsername(ctx.config, found.actorUri) !== undefined) {
    return requireLocal(await findAccountByUri(ctx, found.actorUri), `${username}@${domain}`)
  }
  const draft = await fetchActorDraft(source, found.actorUri)
  if ('missing' in draft)
    throw new DomainError('unavailable', `${username}@${domain} cannot be fetched: ${draft.reason}.`)
  const { host } = new URL(draft.id)
  if (host === domain) return storeActor(ctx, draft)
  const back = await finger(ctx, draft.preferredUsername, host)
  const agreed = back.actorUri === draft.id && back.domain === domain
  if (!agreed) throw new DomainError('not_found', `${host} does not know ${username}@${domain} as its own.`)
  return storeActor(ctx, draft, domain)
}

function isFresh(ctx: Context, actor: Actor): boolean {
  return actor.fetchedAt !== null && ctx.now().getTime() - actor.fetchedAt.getTime() < freshMs
}

function requireLocal(actor: Actor | undefined, handle: string): Actor {
  if (actor === undefined) throw new DomainError('not_found', `There is no ${handle}.`)
  return actor
}
