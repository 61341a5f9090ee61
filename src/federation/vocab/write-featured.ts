import type { Config } from '../../config.ts'
import { actorUri } from '../../domain/accounts/addresses.ts'
import { tagUrl } from '../../domain/statuses/render-post.ts'
import type { Actor } from '../../store/actors.ts'
import { plainContext, publicCollection } from './write-contexts.ts'
import { hashtagContext, writeCollection } from './write-collection.ts'

type Json = Record<string, unknown>

function featuredUri(config: Config, actor: Actor): string {
  return `${actorUri(config, actor)}/collections/featured`
}

function featuredTagsUri(config: Config, actor: Actor): string {
  return `${actorUri(config, actor)}/collections/tags`
}

/** The posts that an account shows first, by their ids: whoever wants them asks for them as for any other. */
export function writeFeatured(config: Config, actor: Actor, uris: readonly string[]): Json {
  return writeCollection(featuredUri(config, actor), 'OrderedCollection', uris)
}

export function writeFeaturedTags(config: Config, actor: Actor, tags: readonly string[]): Json {
  const items = tags.map((tag) => writeHashtag(config, tag))
  return {
    ...writeCollection(featuredTagsUri(config, actor), 'Collection', items),
    '@context': hashtagContext,
  }
}

/** Says of a post, or of a hashtag, that an account shows it from now on, or no longer. */
export function writeFeaturing(
  config: Config,
  type: 'Add' | 'Remove',
  about: { id: string; actor: Actor; object: Json | string },
): Json {
  const { id, actor, object } = about
  return {
    '@context': typeof object === 'string' ? plainContext : hashtagContext,
    id,
    type,
    actor: actorUri(config, actor),
    to: [publicCollection],
    object,
    // Mastodon looks for hashtags here too: it does not know a second collection.
    target: featuredUri(config, actor),
  }
}

export function writeHashtag(config: Config, tag: string): Json {
  return { type: 'Hashtag', href: tagUrl(config, tag), name: `#${tag}` }
}
