import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { DomainError } from '../../lib/errors.ts'
import { findActor } from '../../store/actors.ts'
import { findStanding } from '../../store/credentials.ts'
import { enqueue } from '../../store/jobs.ts'
import * as store from '../../store/scheduled-statuses.ts'
import { requireGoodStanding } from '../auth/standing.ts'
import { createPost } from '../statuses/create-post.ts'
import { tellUnposted } from './tell-unposted.ts'

/** The clock of the database, by which jobs begin, may be so much ahead of ours. */
const clockDifferenceMs = 30_000

/**
 * The time of something has come: it is posted, once, however often this runs. What its author may not post any more, or
 * what answers a post that is gone, stays on their list with the reason, for them to put off or to drop; they are told by mail.
 * @throws unless it is settled: it is tried again
 */
export async function publishScheduled(ctx: Context, scheduledId: string): Promise<void> {
  const due = await store.findScheduled(ctx.db, scheduledId)
  if (due === undefined || due.problem !== null) return
  if (due.scheduledAt.getTime() > ctx.now().getTime() + clockDifferenceMs) return
  try {
    await publish(ctx, due)
  } catch (error) {
    if (!(error instanceof DomainError) || error.code === 'unavailable') throw error
    const { message } = error
    await transact(ctx, async (tx) => {
      if (await store.setScheduledProblem(tx.db, due, message)) await tellUnposted(tx, due, message)
    })
    ctx.log.info({ scheduledId, problem: error.message }, 'A scheduled post was not posted')
  }
}

/** Many choose the same hour, and jobs that wait for a time are looked for only now and then: one brings others along. */
const alongSize = 20

/**
 * The same, and what else is due.
 * @throws for the one that is named; the others have jobs of their own
 */
export async function publishDue(ctx: Context, scheduledId: string): Promise<void> {
  await publishScheduled(ctx, scheduledId)
  for (const id of await store.listOverdue(ctx.db, ctx.now(), alongSize))
    await publishScheduled(ctx, id).catch((error: unknown) =>
      ctx.log.warn({ err: error, scheduledId: id }, 'A scheduled post has to wait'),
    )
}

async function publish(ctx: Context, due: store.ScheduledStatus): Promise<void> {
  const { accountId, post, attachments } = due
  const [author, standing] = await Promise.all([
    findActor(ctx.db, accountId),
    findStanding(ctx.db, accountId),
  ])
  if (author === undefined || standing === undefined) throw new DomainError('gone', 'This account is closed.')
  requireGoodStanding(standing)
  const mediaIds = attachments.flatMap(({ mediaId }) => mediaId ?? [])
  await createPost(ctx, author, { ...post, mediaIds, scheduled: due })
}

/** So late, and nothing seems to be under way. */
const overdueMs = 10 * 60_000
const batchSize = 100

/** What should have been posted a while ago, such as before this database was brought back, is taken up again. */
export async function takeUpOverdue(ctx: Context): Promise<void> {
  const ids = await store.listOverdue(ctx.db, new Date(ctx.now().getTime() - overdueMs), batchSize)
  for (const scheduledId of ids)
    await transact(ctx, (tx) =>
      enqueue(tx, 'status.due', { scheduledId }, { once: { key: scheduledId, seconds: 3600 } }),
    )
}
