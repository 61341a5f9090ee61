import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { canonicalHost } from '../../lib/canonical-host.ts'
import { findActor, type Actor } from '../../store/actors.ts'
import { claimFeatured, releaseFeatured, replaceFeatured, replaceFeaturedTags } from '../../store/featured.ts'
import type { Jobs } from '../../store/jobs.ts'
import { findRemoteStatus } from '../../store/statuses.ts'
import { isOpen } from '../policy/visibility.ts'
import { receiveNote } from '../statuses/receive-note.ts'
import { featuredKnownForMs, featuredLimits, rereadAfterMs } from './limits.ts'
import { mayFeature } from './receive-featured.ts'

type Job = Jobs['actor.met' | 'featured.changed']

/** Reads what an actor of another server features, once a day; what was known stays when its server is silent. */
export async function readFeatured(ctx: Context, { actorId }: Job): Promise<void> {
  await readUnlessRead(ctx, actorId, featuredKnownForMs)
}

/** The same a while after a change. */
export async function rereadFeatured(ctx: Context, { actorId }: Job): Promise<void> {
  await readUnlessRead(ctx, actorId, rereadAfterMs / 2)
}

async function readUnlessRead(ctx: Context, actorId: string, withinMs: number): Promise<void> {
  const actor = await findActor(ctx.db, actorId)
  if (actor === undefined || actor.isLocal || actor.deletedAt !== null || actor.suspendedAt !== null) return
  const now = ctx.now()
  if (!(await claimFeatured(ctx.db, actorId, new Date(now.getTime() - withinMs), now))) return
  try {
    if (isTheirs(actor, actor.featuredUrl)) await readPosts(ctx, actor, actor.featuredUrl)
    if (isTheirs(actor, actor.featuredTagsUrl)) await readTags(ctx, actor, actor.featuredTagsUrl)
  } catch (error) {
    // The job is tried again, and must not find that this was done.
    await releaseFeatured(ctx.db, actorId, now)
    throw error
  }
}

async function readPosts(ctx: Context, actor: Actor, url: string): Promise<void> {
  const found = await ctx.remote.readCollection(url, { maxItems: featuredLimits.remotePosts })
  if (found === 'unavailable' || found === 'refused') return
  const uris = typeof found === 'string' ? [] : found.items.filter((uri) => isTheirs(actor, uri))
  const ids: string[] = []
  for (const uri of uris) ids.push(...(await findOwn(ctx, actor, uri)))
  await transact(ctx, (tx) => replaceFeatured(tx.db, actor.id, [...new Set(ids)], tx.now()))
}

/** A post of theirs with this id, fetched where it is not here. */
async function findOwn(ctx: Context, actor: Actor, uri: string): Promise<string[]> {
  if ((await findRemoteStatus(ctx.db, uri)) === undefined) {
    const note = await ctx.remote.askNote(uri)
    if (typeof note === 'string' || note.id !== uri || note.attributedTo !== actor.uri) return []
    const wanted = isOpen(note)
    await receiveNote(ctx, { note, author: actor, recipientId: null, wanted })
  }
  const status = await findRemoteStatus(ctx.db, uri)
  return status !== undefined && mayFeature(actor, status) ? [status.id] : []
}

async function readTags(ctx: Context, actor: Actor, url: string): Promise<void> {
  const tags = await ctx.remote.readTags(url)
  if (tags === 'unavailable' || tags === 'refused') return
  const names = typeof tags === 'string' ? [] : tags.slice(0, featuredLimits.remoteTags)
  await transact(ctx, (tx) => replaceFeaturedTags(tx.db, actor.id, names))
}

/** On the actor's own server. */
function isTheirs({ uri }: Actor, url: string | null): url is string {
  const host = url === null ? undefined : canonicalHost(url)
  return host !== undefined && uri !== null && host === canonicalHost(uri)
}
