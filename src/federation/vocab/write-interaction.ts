import type { Config } from '../../config.ts'
import { actorUri, announceUri, followersUri } from '../../domain/accounts/addresses.ts'
import type { StatusView } from '../../domain/statuses/view.ts'
import { plainContext, publicCollection, reactionContext } from './write-contexts.ts'

type Json = Record<string, unknown>

/** What stands under a post of somebody else's: `id` and `actor` are ours, `object` and `to` name the post and its author. */
export type Interaction = {
  readonly id: string
  readonly actor: string
  readonly object: string
  readonly to: string
}

/** https://www.w3.org/TR/activitypub/#like-activity-outbox */
export function writeLike({ id, actor, object, to }: Interaction): Json {
  return { '@context': plainContext, id, type: 'Like', actor, to: [to], object }
}

/**
 * http://litepub.social/ns#EmojiReact, with the word in which Misskey looks for the emoji.
 * @param emoji `url`: the picture of a custom one, whose name is a shortcode
 */
export function writeReaction(
  { id, actor, object, to }: Interaction,
  emoji: { name: string; url: string | null },
): Json {
  const content = emoji.url === null ? emoji.name : `:${emoji.name}:`
  const tag =
    emoji.url === null
      ? []
      : [{ id: emoji.url, type: 'Emoji', name: content, icon: { type: 'Image', url: emoji.url } }]
  const words = { content, _misskey_reaction: content, tag }
  return { '@context': reactionContext, id, type: 'EmojiReact', actor, to: [to], object, ...words }
}

/** An Undo carries the whole activity, so that a receiver needs to keep no ids. It goes to the same people. */
export function writeUndo(undone: Json): Json {
  const { '@context': context, ...object } = undone
  const { id, actor, to, cc } = object
  return {
    '@context': context,
    id: `${String(id)}/undo`,
    type: 'Undo',
    actor,
    to,
    ...(cc ? { cc } : {}),
    object,
  }
}

/**
 * A boost as an Announce, addressed as Mastodon does: to the followers, and to the author of what is boosted.
 * @returns undefined when what was boosted is gone, and its id with it
 */
export function writeAnnounce(config: Config, view: StatusView): Json | undefined {
  const { status, author, boostOf } = view
  const object = status.boostOfUri ?? boostOf?.uri
  if (object === undefined) return undefined
  return {
    '@context': plainContext,
    id: announceUri(view.uri),
    type: 'Announce',
    actor: actorUri(config, author),
    published: status.createdAt.toISOString(),
    ...addressAnnounce(config, view),
    object,
  }
}

function addressAnnounce(config: Config, { status, author, boostOf }: StatusView): Json {
  const followers = followersUri(config, author)
  const said = boostOf === null ? [] : [actorUri(config, boostOf.author)]
  switch (status.visibility) {
    case 'public':
      return { to: [publicCollection], cc: [...said, followers] }
    case 'unlisted':
      return { to: [followers], cc: [...said, publicCollection] }
    case 'private':
    case 'direct':
      return { to: [followers], cc: said }
  }
}
