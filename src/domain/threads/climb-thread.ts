import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { enqueue, type Jobs } from '../../store/jobs.ts'
import { findRemoteStatus, findStatus, type Status } from '../../store/statuses.ts'
import { linkToParent, listAncestorIds } from '../../store/threads.ts'
import { findStatusIdByUri } from '../accounts/resolve-local.ts'
import { isOpen } from '../policy/visibility.ts'
import { receiveNote } from '../statuses/receive-note.ts'
import { fetchPost } from './fetch-post.ts'
import { retryAt } from './retry-at.ts'
import { stepMs, threadLimits } from './limits.ts'

export type Climb = Jobs['thread.ancestors']

/** What a status answers, and what that answers, from the servers where it was said: a step of it, and the next. */
export async function climbThread(ctx: Context, climb: Climb): Promise<void> {
  const rest = await stepUp(ctx, climb)
  if (rest === undefined) return
  const isRetry = rest.attempt > climb.attempt
  const timing = isRetry ? { startAfter: retryAt(ctx, climb.attempt) } : {}
  await transact(ctx, (tx) => enqueue(tx, 'thread.ancestors', rest, timing))
}

/** @returns what remains to be done; undefined when the beginning is found, or cannot be */
export async function stepUp(ctx: Context, climb: Climb): Promise<Climb | undefined> {
  const startedAt = performance.now()
  let requests = 0
  let { climbed } = climb
  while (climbed < threadLimits.ancestors) {
    if (requests >= threadLimits.requestsPerStep - 1 || performance.now() - startedAt > stepMs)
      return { ...climb, climbed }
    const top = await findTop(ctx, climb.statusId)
    if (top === undefined || !isOrphan(top)) return undefined
    const found = await findParent(ctx, top.inReplyToUri)
    requests += found.requests
    if (found.parentId === undefined) return found.isLater ? postpone(climb, climbed) : undefined
    await linkToParent(ctx.db, top.id, found.parentId)
    climbed++
  }
  return undefined
}

function postpone(climb: Climb, climbed: number): Climb | undefined {
  const attempt = climb.attempt + 1
  return attempt < threadLimits.attempts ? { ...climb, climbed, attempt } : undefined
}

async function findTop(ctx: Context, statusId: string): Promise<Status | undefined> {
  const ids = await listAncestorIds(ctx.db, statusId, threadLimits.ancestors)
  return ids.length >= threadLimits.ancestors ? undefined : findStatus(ctx.db, ids.at(-1) ?? statusId)
}

/** It answers something that is not here, and anybody may read it. */
function isOrphan(status: Status): status is Status & { inReplyToUri: string } {
  return isOpen(status) && !status.isLocal && status.inReplyToId === null && status.inReplyToUri !== null
}

type Parent = { readonly parentId?: string; readonly isLater: boolean; readonly requests: number }

async function findParent(ctx: Context, uri: string): Promise<Parent> {
  const known = await findStatusIdByUri(ctx, uri)
  if (known !== undefined) return { parentId: known, isLater: false, requests: 0 }
  const { post, absence, requests } = await fetchPost(ctx, uri)
  if (post === undefined) return { isLater: absence === 'unavailable' || absence === 'later', requests }
  await receiveNote(ctx, { ...post, recipientId: null, wanted: true })
  const parent = await findRemoteStatus(ctx.db, post.note.id)
  return { ...(parent && { parentId: parent.id }), isLater: false, requests }
}
