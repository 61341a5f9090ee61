import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import type { Actor } from '../../store/actors.ts'
import {
  deleteFeatured,
  deleteFeaturedTag,
  insertFeatured,
  insertFeaturedTag,
  listFeaturedIds,
  listFeaturedTags,
} from '../../store/featured.ts'
import { findStatus, type Status } from '../../store/statuses.ts'
import { featuredLimits } from './limits.ts'

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
  await transact(ctx, (tx) => deleteFeatured(tx.db, actor.id, statusId))
}

/** The same for a hashtag, named as `normalizeTag` gives it. */
export async function receiveFeaturedTag(ctx: Context, actor: Actor, tag: string): Promise<void> {
  await transact(ctx, async (tx) => {
    const tags = await listFeaturedTags(tx.db, actor.id, featuredLimits.remoteTags)
    if (tags.length < featuredLimits.remoteTags) await insertFeaturedTag(tx.db, actor.id, tag)
  })
}

export async function receiveUnfeaturedTag(ctx: Context, actor: Actor, tag: string): Promise<void> {
  await transact(ctx, (tx) => deleteFeaturedTag(tx.db, actor.id, tag))
}

/** Their own posts, and such as anybody may read. */
export function mayFeature(actor: Pick<Actor, 'id'>, status: Status): boolean {
  const isOpen = status.visibility === 'public' || status.visibility === 'unlisted'
  return status.actorId === actor.id && isOpen && status.deletedAt === null && status.boostOfUri === null
}
