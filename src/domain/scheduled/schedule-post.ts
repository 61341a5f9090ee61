import type { Context, TxContext } from '../../context.ts'
import type { ScheduledPost } from '../../db/json.ts'
import { transact } from '../../db/transact.ts'
import { DomainError } from '../../lib/errors.ts'
import type { Actor } from '../../store/actors.ts'
import { claimIdempotencyKey, findByIdempotencyKey } from '../../store/idempotency-keys.ts'
import { enqueue } from '../../store/jobs.ts'
import * as store from '../../store/scheduled-statuses.ts'
import { takeAttachments } from '../media/take-attachments.ts'
import { requireHere } from '../moving/require-here.ts'
import { checkPost, type NewPost } from '../statuses/create-post.ts'
import { getVisibleStatus } from '../statuses/get-visible.ts'
import { requireTime } from './limits.ts'

/**
 * What an account of ours will post at a time of its choice. Its media are its own from here on. Whether it may be
 * posted is asked again when its time has come.
 * @throws DomainError like `createPost`, and `invalid` for a time too near and for too many
 */
export async function schedulePost(
  ctx: Context,
  author: Actor,
  input: Omit<NewPost, 'scheduled'>,
  scheduledAt: Date,
): Promise<store.ScheduledStatus> {
  requireHere(author)
  const earlier = await findEarlier(ctx, author, input.idempotencyKey)
  if (earlier !== undefined) return earlier
  checkPost(input)
  for (const id of [input.inReplyToId, input.quoteOf])
    if (id !== undefined) await getVisibleStatus(ctx, id, author.id)
  return transact(ctx, async (tx) => {
    const id = tx.newId()
    const kept = await claimKey(tx, author, input.idempotencyKey, id)
    if (kept !== id) return requireKept(await store.findScheduled(tx.db, kept))
    await requireTime(tx, author, { at: scheduledAt })
    const { mediaIds = [] } = input
    const attachments = await takeAttachments(tx, { actorId: author.id, mediaIds, statusId: id })
    await store.insertScheduled(tx.db, {
      ...{ id, accountId: author.id, scheduledAt, createdAt: tx.now() },
      post: JSON.stringify(describe(input)),
      attachments: JSON.stringify(attachments),
    })
    await enqueue(tx, 'status.due', { scheduledId: id }, { startAfter: scheduledAt })
    return requireKept(await store.findScheduled(tx.db, id))
  })
}

function describe(input: Omit<NewPost, 'scheduled'>): ScheduledPost {
  const { mediaIds: _media, idempotencyKey: _key, ...post } = input
  return post
}

/** The same key may stand for a post, too: those are other requests. */
const keyOf = (key: string) => `scheduled ${key}`

async function findEarlier(
  { db, now }: Context,
  { id: accountId }: Actor,
  key: string | undefined,
): Promise<store.ScheduledStatus | undefined> {
  if (key === undefined) return undefined
  const id = await findByIdempotencyKey(db, { accountId, key: keyOf(key), at: now() })
  return id === undefined ? undefined : store.findScheduled(db, id)
}

async function claimKey(
  { db, now }: TxContext,
  { id: accountId }: Actor,
  key: string | undefined,
  statusId: string,
): Promise<string> {
  if (key === undefined) return statusId
  return claimIdempotencyKey(db, { accountId, key: keyOf(key), statusId, at: now() })
}

/** What a key stood for may have been posted or dropped. */
function requireKept(scheduled: store.ScheduledStatus | undefined): store.ScheduledStatus {
  if (scheduled === undefined) throw new DomainError('not_found', 'There is no such scheduled post.')
  return scheduled
}
