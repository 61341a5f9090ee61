import type { InteractionPolicy, Permission } from '../../db/json.ts'
import type { Actor } from '../../store/actors.ts'
import type { Status } from '../../store/statuses.ts'

export type Interaction = 'like' | 'reply' | 'announce' | 'quote'

/** `automatic`: at once; `manual`: the author will be asked; `forbidden`: the author will never agree. */
export type Permitted = 'automatic' | 'manual' | 'forbidden'

/** How somebody stands with an author, where that is known. */
export type Standing = {
  /** The id under which the author's server knows them, which no row of ours holds: `actorUri`. */
  readonly actorUri?: string
  readonly followsAuthor?: boolean
  readonly isFollowedByAuthor?: boolean
}

type Author = Pick<Actor, 'id' | 'uri' | 'followersUrl' | 'followingUrl'>
type Somebody = Pick<Actor, 'id' | 'uri'>
type About = Pick<Status, 'actorId' | 'interactionPolicy' | 'mentions'>

const publicCollection = 'https://www.w3.org/ns/activitystreams#Public'

const words = { like: 'canLike', reply: 'canReply', announce: 'canAnnounce', quote: 'canQuote' } as const

/**
 * What a status of another server lets one of ours do, by the policy that its server publishes (GoToSocial's
 * interaction policies, FEP-044f for quotes). Says nothing of blocks or of who may see it.
 *
 * Authors may do everything with what is theirs, and whoever is named may answer. What a policy does not say is
 * allowed as it always was, except to quote: that wants consent, and a server that never says who may quote has nobody
 * to ask for it, which is how Mastodon sees it too. A collection of the author's counts as having the actor in it
 * unless `standing` says that it has not: only what is plainly forbidden is forbidden.
 * Use cases call `requireInteraction`, which knows the standing.
 * @param author of the status
 */
export function mayInteract(
  status: About,
  author: Author,
  actor: Somebody,
  kind: Interaction,
  standing: Standing = {},
): Permitted {
  if (status.actorId === actor.id) return 'automatic'
  if (kind === 'reply' && status.mentions.some((mention) => mention.actorId === actor.id)) return 'automatic'
  const policy: InteractionPolicy = status.interactionPolicy ?? {}
  const permission = policy[words[kind]]
  if (permission === undefined) return kind === 'quote' ? 'forbidden' : 'automatic'
  return judge(permission, (party) => includes(party, author, actor, standing))
}

function judge(permission: Permission, isMeant: (party: string) => boolean): Permitted {
  if (permission.automatic.some(isMeant)) return 'automatic'
  return permission.manual.some(isMeant) ? 'manual' : 'forbidden'
}

function includes(party: string, author: Author, actor: Somebody, standing: Standing): boolean {
  if (party === publicCollection || party === (standing.actorUri ?? actor.uri)) return true
  if (isCollection(party, author, author.followersUrl, 'followers')) return standing.followsAuthor ?? true
  return isCollection(party, author, author.followingUrl, 'following')
    ? (standing.isFollowedByAuthor ?? true)
    : false
}

/** By its address or, where the author's document did not tell that, by what such an address looks like. */
function isCollection(party: string, author: Author, url: string | null, name: string): boolean {
  if (url !== null) return party === url
  return author.uri !== null && new RegExp(`/${name}/?$`).test(party) && sameHost(party, author.uri)
}

function sameHost(one: string, other: string): boolean {
  return URL.parse(one)?.host === URL.parse(other)?.host
}
