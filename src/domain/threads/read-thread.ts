import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { canonicalHost } from '../../lib/canonical-host.ts'
import { enqueue } from '../../store/jobs.ts'
import { listKnownUris } from '../../store/threads.ts'
import type { CollectionReading } from '../remote/remote-world.ts'
import { planReading } from './complete-thread.ts'
import { isOwn } from './fetch-post.ts'
import { keepPosts } from './keep-posts.ts'
import { stepMs, threadLimits } from './limits.ts'
import { retryAt } from './retry-at.ts'
import type { CollectionPlace, ThreadReading } from '../../store/thread-reading.ts'

/** Longer addresses are not worth carrying from job to job. */
const longestUri = 500
const mostSilent = 50

/** The answers in a thread, from the servers that have them: a step of it, and the next. */
export async function readThread(ctx: Context, reading: ThreadReading, jobId: string): Promise<void> {
  const rest = await stepDown(ctx, reading)
  const isOver = isDone(rest)
  if (isOver && !(rest.isMissing && rest.attempt + 1 < threadLimits.attempts)) return
  await transact(ctx, async (tx) => {
    // A step that is done twice is followed by one.
    const once = { key: jobId, seconds: 3600 }
    const next = isOver ? await planReading(tx, { ...rest, attempt: rest.attempt + 1 }) : rest
    const timing = isOver ? { once, startAfter: retryAt(ctx, rest.attempt) } : { once }
    await enqueue(tx, 'thread.replies', next, timing)
  })
}

export function isDone({ posts, collections }: ThreadReading): boolean {
  return posts.length === 0 && collections.length === 0
}

/** Asks for at most 20 documents. @returns what remains to be read */
export async function stepDown(ctx: Context, reading: ThreadReading): Promise<ThreadReading> {
  const startedAt = performance.now()
  let rest = reading
  let left: number = threadLimits.requestsPerStep
  while (!isDone(rest) && left >= 2 && performance.now() - startedAt < stepMs) {
    const turn =
      rest.posts.length > 0 ? await keepPosts(ctx, rest, left) : await openCollection(ctx, rest, left)
    rest = { ...turn.rest, silent: turn.rest.silent.slice(0, mostSilent) }
    left -= turn.requests
  }
  return rest
}

export type Turn = { readonly rest: ThreadReading; readonly requests: number }

async function openCollection(ctx: Context, reading: ThreadReading, left: number): Promise<Turn> {
  const [place, ...collections] = reading.collections as [CollectionPlace, ...CollectionPlace[]]
  const host = canonicalHost(place.uri) ?? ''
  const mayAsk = reading.collectionsLeft > 0 && reading.postsLeft > 0
  if (!mayAsk) return { rest: { ...reading, collections: [] }, requests: 0 }
  if (reading.silent.includes(host))
    return { rest: { ...reading, collections, isMissing: true }, requests: 0 }
  const bounds = { maxPages: left, maxItems: reading.postsLeft, ...(place.page && { page: place.page }) }
  const found = await ctx.remote.readCollection(place.uri, bounds)
  const absence = typeof found === 'string' ? found : found.absence
  const isSilent = absence === 'unavailable'
  const rest: ThreadReading = {
    ...reading,
    collections,
    collectionsLeft: reading.collectionsLeft - 1,
    silent: isSilent ? [...reading.silent, host] : reading.silent,
    isMissing: reading.isMissing || isSilent,
  }
  if (typeof found === 'string') return { rest, requests: 1 }
  return { rest: await queuePosts(ctx, rest, place, found), requests: found.requests }
}

/** Its posts come before other collections; those that are here already, and ours, are not asked for. */
async function queuePosts(
  ctx: Context,
  reading: ThreadReading,
  place: CollectionPlace,
  { items, next }: CollectionReading,
): Promise<ThreadReading> {
  const queued = new Set(reading.posts.map(({ uri }) => uri))
  const others = items.filter((uri) => uri.length <= longestUri && !isOwn(ctx, uri) && !queued.has(uri))
  const known = await listKnownUris(ctx.db, others)
  const depth = place.depth + 1
  const posts = others.filter((uri) => !known.has(uri)).map((uri) => ({ uri, depth }))
  const isWhole = place.isWhole === true && items.length > 0
  const collections = isWhole ? reading.collections.filter((each) => each.depth === 0) : reading.collections
  const onward = next === undefined || next.length > longestUri ? [] : [{ ...place, page: next }]
  return {
    ...reading,
    posts: [...reading.posts, ...posts].slice(0, reading.postsLeft),
    collections: [...onward, ...collections],
    isFlat: reading.isFlat || isWhole,
  }
}
