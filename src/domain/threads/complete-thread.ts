import type { Context, TxContext } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { canonicalHost } from '../../lib/canonical-host.ts'
import { enqueue } from '../../store/jobs.ts'
import { findStatus, type Status } from '../../store/statuses.ts'
import {
  claimReplies,
  claimRepliesOf,
  listAncestorIds,
  listDescendantIds,
  listUrisWithReplies,
} from '../../store/threads.ts'
import { isOpen } from '../policy/visibility.ts'
import { threadLimits } from './limits.ts'
import { noticeOrphans } from './notice-orphans.ts'
import type { ThreadReading } from '../../store/thread-reading.ts'

/** `recent` when it was asked for within the hour, `closed` when not everybody may read it. */
export type Completion = 'started' | 'recent' | 'closed'

/**
 * Somebody wants to see a whole thread: what is missing of it, above and below, is fetched in the background from the
 * servers that have it. At most once an hour for each thread.
 * @param statusId any status of the thread
 */
export async function completeThread(ctx: Context, statusId: string): Promise<Completion> {
  return transact(ctx, async (tx) => {
    const begun = await beginThread(tx, statusId)
    if (typeof begun === 'string') return begun
    if (begun.top !== undefined) await noticeOrphans(tx, [begun.top])
    await enqueue(tx, 'thread.replies', begun.reading)
    return 'started'
  })
}

/** Takes the right to ask for a thread, and says what is to be asked for. */
export async function beginThread(
  ctx: TxContext,
  statusId: string,
): Promise<{ top: Status | undefined; reading: ThreadReading } | 'recent' | 'closed'> {
  const above = await listAncestorIds(ctx.db, statusId, threadLimits.ancestors)
  const topId = above.at(-1) ?? statusId
  const top = await findStatus(ctx.db, topId)
  if (top === undefined || !isReadable(top)) return 'closed'
  const now = ctx.now()
  const before = new Date(now.getTime() - threadLimits.againAfterMs)
  if (!(await claimReplies(ctx.db, topId, before, now))) return 'recent'
  if (topId !== statusId) await claimReplies(ctx.db, statusId, before, now)
  return { top, reading: await planReading(ctx, { topId, statusId, attempt: 0 }) }
}

/** Where to begin. `statusId` is the status that was asked for, whose own server may know more than the thread's. */
export async function planReading(
  ctx: TxContext,
  { topId, statusId, attempt }: Pick<ThreadReading, 'topId' | 'statusId' | 'attempt'>,
): Promise<ThreadReading> {
  const [top, asked] = await Promise.all([findStatus(ctx.db, topId), findStatus(ctx.db, statusId)])
  const collections = [...placesOf(top), ...(asked?.id === topId ? [] : repliesOf(asked))]
  const further = top?.isLocal === true ? await listPlacesBelow(ctx, topId) : []
  const { replies, collections: readings } = threadLimits
  return {
    topId,
    statusId,
    attempt,
    postsLeft: replies,
    collectionsLeft: readings,
    collections: [...collections, ...further].slice(0, readings),
    posts: [],
    isFlat: false,
    silent: [],
    isMissing: false,
  }
}

/** What is said elsewhere in a thread of ours is known to those who are answered there. */
async function listPlacesBelow(ctx: TxContext, topId: string): Promise<ThreadReading['collections']> {
  const below = await listDescendantIds(ctx.db, topId, threadLimits.replies)
  const uris = await listUrisWithReplies(ctx.db, below, threadLimits.requestsPerStep)
  const before = new Date(ctx.now().getTime() - threadLimits.againAfterMs)
  const places = await claimRepliesOf(ctx.db, uris, before, ctx.now())
  return places.map((uri) => ({ uri, depth: 1 }))
}

/**
 * The collection of a whole thread, if it is kept where the thread began (FEP-7888, FEP-f228), and that of the first
 * answers.
 */
function placesOf(top: Status | undefined): ThreadReading['collections'] {
  if (top === undefined || top.isLocal || !isReadable(top)) return []
  const { contextUri, inReplyToUri, uri } = top
  const isKeptThere = contextUri !== null && inReplyToUri === null && onHostOf(contextUri, uri)
  const whole = isKeptThere ? [{ uri: contextUri, depth: threadLimits.depth, isWhole: true as const }] : []
  return [...whole, ...repliesOf(top)]
}

function repliesOf(status: Status | undefined): ThreadReading['collections'] {
  if (status === undefined || status.isLocal || !isReadable(status) || status.repliesUri === null) return []
  return onHostOf(status.repliesUri, status.uri) ? [{ uri: status.repliesUri, depth: 0 }] : []
}

export function onHostOf(uri: string, other: string | null): boolean {
  const host = canonicalHost(uri)
  return host !== undefined && other !== null && host === canonicalHost(other)
}

function isReadable(status: Status): boolean {
  return status.deletedAt === null && isOpen(status)
}
