import { isId } from '../../lib/ids.ts'
import type { Actor } from '../../store/actors.ts'

/** What addresses are composed from: nothing of it stands in a row. */
export type Home = { readonly origin: string; readonly handleDomain: string }

/** The parts of an actor that its addresses are made of. */
export type Addressed = Pick<Actor, 'type' | 'username' | 'domain' | 'uri' | 'url'>

/** The actor id: https://www.w3.org/TR/activitypub/#obj-id. The instance's own actor lives at a path of its own. */
export function actorUri(home: Home, actor: Addressed): string {
  if (actor.uri !== null) return actor.uri
  return actor.type === 'Application' ? `${home.origin}/actor` : `${home.origin}/users/${actor.username}`
}

/** The page for people. */
export function actorUrl(home: Home, actor: Addressed): string {
  if (actor.uri !== null) return actor.url ?? actor.uri
  return actor.type === 'Application' ? home.origin : `${home.origin}/@${actor.username}`
}

/** `name@domain`, without a leading `@`; the instance's own actor is named after its domain. */
export function handleOf(home: Home, actor: Addressed): string {
  return `${preferredUsername(home, actor)}@${actor.domain ?? home.handleDomain}`
}

export function preferredUsername(home: Home, actor: Addressed): string {
  return actor.type === 'Application' && actor.uri === null ? home.handleDomain : actor.username
}

/** The name of a local actor that this URI is the id of, as this instance composes it; undefined for anything else. */
export function localUsername(home: Home, uri: string): string | undefined {
  if (uri === `${home.origin}/actor`) return instanceUsername
  const prefix = `${home.origin}/users/`
  const name = uri.startsWith(prefix) ? uri.slice(prefix.length) : ''
  return /^[a-z0-9_]{1,30}$/i.test(name) ? name : undefined
}

/** The row name of the instance's own actor: not a name that anybody can register. */
export const instanceUsername = 'instance.actor'

export function followersUri(home: Home, actor: Addressed): string {
  return `${actorUri(home, actor)}/followers`
}

export function keyUri(home: Home, actor: Addressed, fragment: string): string {
  return `${actorUri(home, actor)}#${fragment}`
}

/** The id of a status: ours is composed from its author, another server's is what that server said. */
export function statusUri(home: Home, status: { id: string; uri: string | null }, author: Addressed): string {
  return status.uri ?? `${actorUri(home, author)}/statuses/${status.id}`
}

export function statusUrl(
  home: Home,
  status: { id: string; uri: string | null; url: string | null },
  author: Addressed,
): string {
  return status.uri === null ? `${actorUrl(home, author)}/${status.id}` : (status.url ?? status.uri)
}

/** The post id in a URI of ours; undefined for anything else. */
export function localStatusId(home: Home, uri: string): string | undefined {
  if (!uri.startsWith(`${home.origin}/users/`)) return undefined
  return onlyId(/^\/users\/[^/]+\/statuses\/(\d+)$/.exec(uri.slice(home.origin.length)))
}

/** The post id in the address of a page of ours, `/@name/id`; undefined for anything else. */
export function idOfStatusPage(home: Home, url: string): string | undefined {
  if (!url.startsWith(`${home.origin}/@`)) return undefined
  return onlyId(/^\/@[^/]+\/(\d+)$/.exec(url.slice(home.origin.length)))
}

/** The id of the Announce that a boost is; the boost has its own id as every status has. */
export function announceUri(statusUri: string): string {
  return `${statusUri}/activity`
}

/** The id of a Like that we sent. */
export function likeUri(home: Home, actor: Addressed, likeId: string): string {
  return `${actorUri(home, actor)}#likes/${likeId}`
}

/** The id of an EmojiReact that we sent. */
export function reactionUri(home: Home, actor: Addressed, reactionId: string): string {
  return `${actorUri(home, actor)}#reactions/${reactionId}`
}

/** The id of a Follow that we sent. */
export function followUri(home: Home, follower: Addressed, followId: string): string {
  return `${actorUri(home, follower)}#follows/${followId}`
}

export function localFollowId(home: Home, uri: string): string | undefined {
  if (!uri.startsWith(`${home.origin}/`)) return undefined
  return onlyId(/#follows\/(\d+)$/.exec(uri))
}

function onlyId(match: RegExpExecArray | null): string | undefined {
  const id = match?.[1] ?? ''
  return isId(id) ? id : undefined
}
