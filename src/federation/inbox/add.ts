import type { Context } from '../../context.ts'
import { findStatusIdByUri } from '../../domain/accounts/resolve-local.ts'
import {
  isStillFeatured,
  mayFeature,
  receiveFeatured,
  receiveFeaturedTag,
  rereadSoon,
} from '../../domain/featured/receive-featured.ts'
import { canonicalHost } from '../../lib/canonical-host.ts'
import { hasFollowerHere } from '../../store/follows.ts'
import { readFeaturedObject } from './featured-object.ts'
import type { Listener, Received } from './listener.ts'

/**
 * https://www.w3.org/TR/activitypub/#add-activity-inbox
 * Of what the actor features alone; the post is taken as its own server has it. One that comes behind its Remove does
 * nothing: the collection no longer holds the post.
 */
export const onAdd: Listener = async (ctx, received) => {
  const named = readFeaturedObject(received)
  if (named === undefined) return undefined
  const { actor } = received
  if ('tag' in named) return (tx) => receiveFeaturedTag(tx, actor, named.tag)
  const statusId = await findOwnPost(ctx, actor, named.uri)
  if (statusId === undefined) return undefined
  const isListed = await isStillFeatured(ctx, actor, named.uri)
  return isListed ? (tx) => receiveFeatured(tx, actor, statusId) : (tx) => rereadSoon(tx, actor)
}

/** What is not here is fetched when somebody here follows the actor. */
async function findOwnPost(ctx: Context, actor: Received['actor'], uri: string): Promise<string | undefined> {
  if (canonicalHost(uri) !== canonicalHost(actor.uri)) return undefined
  const isKnown = (await findStatusIdByUri(ctx, uri)) !== undefined
  if (!isKnown && !(await hasFollowerHere(ctx.db, actor.id))) return undefined
  const status = await ctx.remote.resolveStatus(uri)
  return status !== undefined && mayFeature(actor, status) ? status.id : undefined
}
