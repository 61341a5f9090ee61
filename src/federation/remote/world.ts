import { localUsername } from '../../domain/accounts/addresses.ts'
import { findAccountByUri, findStatusIdByUri } from '../../domain/accounts/resolve-local.ts'
import type { Context } from '../../context.ts'
import { isOpen } from '../../domain/policy/visibility.ts'
import { isFresh } from '../../domain/remote/look-again.ts'
import type { Absence, RemoteWorld } from '../../domain/remote/remote-world.ts'
import { receiveNote } from '../../domain/statuses/receive-note.ts'
import { completeThread } from '../../domain/threads/complete-thread.ts'
import { canonicalHost } from '../../lib/canonical-host.ts'
import { DomainError } from '../../lib/errors.ts'
import { createGatherer } from '../../lib/gather.ts'
import { createRateLimit, type RateLimit } from '../../lib/rate-limit.ts'
import {
  findAccount,
  findRemoteActor,
  findRemoteActorByHandle,
  listRemoteActorsByUri,
  type Actor,
} from '../../store/actors.ts'
import { findRemoteStatus, findStatus, type Status } from '../../store/statuses.ts'
import { readLetter } from '../letters/read-letter.ts'
import { fetchActivity } from './fetch-activity.ts'
import { fetchActorDraft, type ActorSource } from './fetch-actor.ts'
import { askNote, fetchNote } from './fetch-note.ts'
import { fetchQuoteAuthorization } from './fetch-quote-authorization.ts'
import { fetchFollowers } from './fetch-followers.ts'
import { createPatience } from './patience.ts'
import { readCollection, readTags } from './read-collection.ts'
import { storeActor } from './store-actor.ts'
import { createStrangers, type Strangers } from './strangers.ts'
import { finger, parseHandle } from './webfinger.ts'

/** A server that does not answer is not asked again for every message that comes from it. */
const askAgainMs = 10 * 60_000

/** Other servers, asked through the guarded client; what they said is kept when they do not answer any more. */
export function createRemoteWorld(getContext: () => Context, source: ActorSource): RemoteWorld {
  const mayRefresh = createRateLimit({ limit: 1, perMs: askAgainMs })
  const strangers = createStrangers()
  const patience = createPatience()
  /** Every message that arrives asks who sent it, and many arrive together. */
  const findKnown = createGatherer((uris) => listRemoteActorsByUri(getContext().db, uris))
  return {
    resolveHandle: (handle, how) =>
      how === 'soon'
        ? patience(parseHandle(handle)?.domain ?? '', () => resolveHandle(getContext(), source, handle))
        : resolveHandle(getContext(), source, handle),
    resolveActor: (uri, how) =>
      how === 'background'
        ? meetActor(getContext(), source, uri, strangers)
        : resolveActor(getContext(), source, uri, { findKnown, mayRefresh }),
    refreshActor: (uri) => refreshActor(getContext(), source, uri),
    fetchNote: (uri) => fetchNote(source, uri),
    askNote: (uri) => askNote(source, uri),
    fetchActivity: (uri) => fetchActivity(source, uri),
    fetchQuoteAuthorization: (uri) => fetchQuoteAuthorization(source, uri),
    readCollection: (uri, bounds) => readCollection(source.get, uri, bounds),
    fetchFollowers: (url) => fetchFollowers(source.get, url),
    readTags: (uri) => readTags(source.get, uri),
    resolveStatus: (uri) => resolveStatus(getContext(), uri),
    verifyLetter: (letter, actorUri, keys) => readLetter(letter, { actorUri, keys, now: getContext().now() }),
  }
}

async function resolveStatus(ctx: Context, uri: string): Promise<Status | undefined> {
  const known = await findStatusIdByUri(ctx, uri)
  if (known !== undefined) return findAliveStatus(ctx, known)
  if (canonicalHost(uri) === new URL(ctx.config.origin).host) return undefined
  const note = await ctx.remote.fetchNote(uri)
  if (note === undefined || note === 'gone') return undefined
  const author = await ctx.remote.resolveActor(note.attributedTo)
  if (author === undefined || author.suspendedAt !== null || author.deletedAt !== null) return undefined
  await receiveNote(ctx, { note, author, recipientId: null, wanted: isOpen(note) })
  const status = await findRemoteStatus(ctx.db, note.id)
  if (status !== undefined) await completeThread(ctx, status.id)
  return status
}

async function findAliveStatus(ctx: Context, id: string): Promise<Status | undefined> {
  const status = await findStatus(ctx.db, id)
  return status?.deletedAt === null ? status : undefined
}

/** Whoever answers to this id, and nobody else: a document that leads to another actor is no answer. */
async function resolveActor(
  ctx: Context,
  source: ActorSource,
  uri: string,
  {
    findKnown,
    mayRefresh,
  }: { findKnown: (uri: string) => Promise<Actor | undefined>; mayRefresh: RateLimit },
): Promise<Actor | undefined> {
  const host = canonicalHost(uri)
  if (host === undefined) return undefined
  if (host === new URL(ctx.config.origin).host) return findAccountByUri(ctx, uri)
  const known = await findKnown(uri)
  if (known !== undefined && (isFresh(ctx, known) || !mayRefresh.take(uri))) return known
  const draft = await fetchActorDraft(source, uri)
  return 'missing' in draft || draft.id !== uri ? known : storeActor(ctx, draft)
}

async function refreshActor(ctx: Context, source: ActorSource, uri: string): Promise<Actor | Absence> {
  const host = canonicalHost(uri)
  if (host === undefined) return 'refused'
  if (host === new URL(ctx.config.origin).host) return (await findAccountByUri(ctx, uri)) ?? 'missing'
  const draft = await fetchActorDraft(source, uri)
  if ('missing' in draft) return draft.missing
  if (draft.id !== uri) return 'refused'
  return { ...(await storeActor(ctx, draft)), movedTo: draft.movedTo ?? null }
}

/** For work that nobody waits for. */
async function meetActor(
  ctx: Context,
  source: ActorSource,
  uri: string,
  strangers: Strangers,
): Promise<Actor | undefined> {
  const host = canonicalHost(uri)
  if (host === undefined) return undefined
  if (host === new URL(ctx.config.origin).host) return findAccountByUri(ctx, uri)
  const known = await findRemoteActor(ctx.db, uri)
  if (known !== undefined || !strangers.take(host)) return known
  const draft = await fetchActorDraft(source, uri)
  return 'missing' in draft || draft.id !== uri ? undefined : storeActor(ctx, draft)
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
  if (host === domain) return storeActor(ctx, draft, { domain })
  const back = await finger(ctx, draft.preferredUsername, host)
  const agreed = back.actorUri === draft.id && back.domain === domain
  if (!agreed) throw new DomainError('not_found', `${host} does not know ${username}@${domain} as its own.`)
  return storeActor(ctx, draft, { domain })
}

function requireLocal(actor: Actor | undefined, handle: string): Actor {
  if (actor === undefined) throw new DomainError('not_found', `There is no ${handle}.`)
  return actor
}
