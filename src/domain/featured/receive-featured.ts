import type { Context, TxContext } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { canonicalHost } from '../../lib/canonical-host.ts'
import type { Actor } from '../../store/actors.ts'
import {
  deleteFeatured,
  deleteFeaturedTag,
  insertFeatured,
  insertFeaturedTag,
  listFeaturedIds,
  listFeaturedTags,
} from '../../store/featured.ts'
import { hasFollowerHere } from '../../store/follows.ts'
import { enqueue } from '../../store/jobs.ts'
import { findStatus, type Status } from '../../store/statuses.ts'
import { isBoost, isOpen } from '../policy/visibility.ts'
import { featuredLimits, rereadAfterMs } from './limits.ts'

/** Somebody elsewhere shows a post of their own first; the oldest of more than 20 goes. */
export async function receiveFeatured(ctx: Context, actor: Actor, statusId: string): Promise<void> {
  await transact(ctx, async (tx) => {
    const status = await findStatus(tx.db, statusId)
    if (status === undefined || !mayFeature(actor, status)) return
    if (!(await insertFeatured(tx.db, actor.id, statusId, tx.now()))) return
    const all = await listFeaturedIds(tx.db, actor.id, featuredLimits.remotePosts + 1)
    for (const id of all.slice(featuredLimits.remotePosts)) await deleteFeatured(tx.db, actor.id, id)
  })
}

export async function receiveUnfeatured(ctx: Context, actor: Actor, statusId: string): Promise<void> {
  await transact(ctx, async (tx) => {
    await deleteFeatured(tx.db, actor.id, statusId)
    await rereadSoon(tx, actor)
  })
}

/** The same for a hashtag, named as `normalizeTag` gives it. */
export async function receiveFeaturedTag(ctx: Context, actor: Actor, tag: string): Promise<void> {
  await transact(ctx, async (tx) => {
    const tags = await listFeaturedTags(tx.db, actor.id, featuredLimits.remoteTags)
    if (tags.length < featuredLimits.remoteTags) await insertFeaturedTag(tx.db, actor.id, tag)
  })
}

export async function receiveUnfeaturedTag(ctx: Context, actor: Actor, tag: string): Promise<void> {
  await transact(ctx, async (tx) => {
    await deleteFeaturedTag(tx.db, actor.id, tag)
    await rereadSoon(tx, actor)
  })
}

/**
 * What is added and removed may come in any order: what counts in the end is what the actor's own server shows a while
 * later. It is asked when somebody here follows them, and once for all that comes meanwhile.
 */
export async function rereadSoon(ctx: TxContext, actor: Pick<Actor, 'id'>): Promise<void> {
  if (!(await hasFollowerHere(ctx.db, actor.id))) return
  const startAfter = new Date(ctx.now().getTime() + rereadAfterMs)
  const once = { key: actor.id, seconds: rereadAfterMs / 1000 }
  await enqueue(ctx, 'featured.changed', { actorId: actor.id }, { startAfter, once })
}

/** A collection that is longer cannot be had as a whole. */
const mostLookedAt = 100

/**
 * Whether an Add is to be believed: not when the collection, as it is now, does not hold the post. Where that cannot be
 * had as a whole the actor's word counts.
 */
export async function isStillFeatured(ctx: Context, actor: Actor, uri: string): Promise<boolean> {
  const url = actor.featuredUrl
  if (url === null || actor.uri === null || canonicalHost(url) !== canonicalHost(actor.uri)) return true
  const found = await ctx.remote.readCollection(url, { maxItems: mostLookedAt, maxPages: 2 })
  if (typeof found === 'string' || found.items.includes(uri)) return true
  return found.next !== undefined || found.absence !== undefined || found.items.length >= mostLookedAt
}

/** Their own posts, and such as anybody may read. */
export function mayFeature(actor: Pick<Actor, 'id'>, status: Status): boolean {
  return status.actorId === actor.id && isOpen(status) && status.deletedAt === null && !isBoost(status)
}
