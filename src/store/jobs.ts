import { sql } from 'kysely'
import type { RelayKind } from './relays.ts'
import { fromKysely, type PgBoss } from 'pg-boss'
import type { Db, TxContext } from '../context.ts'
import type { Say } from './recovery-followers.ts'
import type { ThreadReading } from './thread-reading.ts'

/** Every after-effect there is, with what its handler is told. Handlers stand in `jobs/handlers.ts`. */
export type Jobs = {
  /** `sealed` is the mail, wrapped with the root secret, in base64. */
  'mail.send': { kind: string; sealed: string }
  /** `sealed` is the address, wrapped likewise. */
  'mail.asked': { what: 'confirm' | 'reset'; sealed: string }
  'account.closing': { accountId: string }
  'account.erasing': { accountId: string }
  'actor.updated': { accountId: string }
  'actor.blocked': { blockId: string }
  'actor.unblocked': { accountId: string; blockId: string; targetUri: string; inboxId: number }
  'domain.shunned': { accountId: string; domain: string }
  'account.opened': { accountId: string }
  'actor.moving': { actorId: string; targetUri: string; how?: 'pushed' | 'pulled' }
  'actor.moved': { actorId: string; targetId: string; after: string | null }
  'actor.carried': { actorId: string; targetId: string; after: string }
  'account.moved': { accountId: string }
  'account.leaving': { accountId: string }
  'account.pulling': { accountId: string; formerUri: string }
  'report.forwarded': { reportId: string; statusIds: string[]; comment: string }
  'follow.requested': { followId: string }
  'follow.accepted': { followId: string }
  'follow.rejected': {
    accountId: string
    followId: string
    followerUri: string
    inboxId: number
    activityUri: string | null
  }
  'follow.undone': { accountId: string; followId: string; targetUri: string; inboxId: number }
  'status.created': { statusId: string }
  'status.updated': { statusId: string }
  'status.deleted': { statusId: string }
  'status.due': { scheduledId: string }
  'poll.voted': { statusId: string }
  'poll.closed': { statusId: string }
  'poll.ended': { statusId: string }
  'vote.cast': { voteId: string }
  'followers.compare': { actorId: string; url: string }
  'like.created': { likeId: string }
  'like.undone': {
    accountId: string
    likeId: string
    statusId: string
    statusUri: string
    authorId: string
  }
  'reaction.created': { reactionId: string }
  'reaction.undone': {
    accountId: string
    reactionId: string
    statusId: string
    statusUri: string
    authorId: string
    name: string
    emojiUrl: string | null
  }
  'boost.created': { statusId: string }
  'boost.undone': { statusId: string }
  'activity.forwarded': {
    accountId: string
    /** As it came. */
    body: string
    fromHost: string
    /** What it is about: our id if it was here before, and the URI. */
    objectId: string | null
    objectUri: string | null
  }
  'relay.added': { relayId: string }
  'relay.removed': { relayId: string; kind: RelayKind; actorUri: string | null; inboxId: number }
  'relay.followed': { relayId: string; activityUri: string }
  'relay.carried': { uri: string }
  'post.relayed': { statusId: string }
  'quote.requested': { statusId: string }
  'quote.postponed': {
    requesterId: string
    quotedId: string
    quotingUri: string
    requestUri: string
    attempt: number
  }
  'quote.accepted': { authorizationId: string; requesterId: string; requestUri: string }
  'quote.refused': { statusId: string; requesterId: string; requestUri: string; quotingUri: string }
  'quote.revoked': { authorizationId: string }
  'quote.changed': { statusId: string }
  'quote.met': { statusId: string; attempt: number }
  'host.met': { host: string }
  'object.hinted': { uri: string }
  'thread.ancestors': { statusId: string; climbed: number; attempt: number }
  'thread.replies': ThreadReading
  'featured.changed': { actorId: string }
  'actor.met': { actorId: string }
  /** `name@domain`. */
  'actor.named': { handle: string }
  'post.pinned': { statusId: string }
  'post.unpinned': { statusId: string }
  'tag.featured': { accountId: string; tag: string }
  'tag.unfeatured': { accountId: string; tag: string }
  'media.process': { mediaId: string }
  'media.discarded': { keys: string[] }
  /** `attempt` counts those that failed. */
  'push.due': { notificationId: string; subscriptionId: number; attempt: number }
  /** `attempt` counts those that failed. */
  'link.preview': { url: string; attempt?: number }
  /** `attempt` counts those that failed. */
  'link.verify': { accountId: string; url: string; attempt?: number }
  'archive.make': { archiveId: string }
  'import.continued': { importId: string }
  'archive.brought': { importId: string }
  /** To all places, or to one; `attempt` counts those that failed. */
  'kit.refresh': { accountId: string; destinationId: string | null; attempt: number }
  /** `at` is the turn that it is: ISO 8601. */
  'recovery.turn': { recoveryId: string; at: string }
  'recovery.said': { recoveryId: string; say: Say; activityId: string }
  'recovery.parted': { recoveryId: string; targetUri: string; inboxId: number }
}

export type JobName = keyof Jobs

/** As a list for the library, which wants its queues made; the compiler sees to it that none is forgotten. */
const names: Record<JobName, true> = {
  'mail.send': true,
  'mail.asked': true,
  'account.closing': true,
  'account.erasing': true,
  'actor.updated': true,
  'actor.blocked': true,
  'domain.shunned': true,
  'account.opened': true,
  'actor.unblocked': true,
  'actor.moving': true,
  'actor.moved': true,
  'actor.carried': true,
  'account.moved': true,
  'account.leaving': true,
  'account.pulling': true,
  'report.forwarded': true,
  'follow.requested': true,
  'follow.accepted': true,
  'follow.rejected': true,
  'follow.undone': true,
  'status.created': true,
  'status.updated': true,
  'status.deleted': true,
  'status.due': true,
  'poll.voted': true,
  'poll.closed': true,
  'poll.ended': true,
  'vote.cast': true,
  'followers.compare': true,
  'like.created': true,
  'like.undone': true,
  'reaction.created': true,
  'reaction.undone': true,
  'boost.created': true,
  'boost.undone': true,
  'activity.forwarded': true,
  'relay.added': true,
  'relay.removed': true,
  'relay.followed': true,
  'relay.carried': true,
  'post.relayed': true,
  'quote.requested': true,
  'quote.postponed': true,
  'quote.accepted': true,
  'quote.refused': true,
  'quote.revoked': true,
  'quote.changed': true,
  'quote.met': true,
  'host.met': true,
  'object.hinted': true,
  'thread.ancestors': true,
  'thread.replies': true,
  'featured.changed': true,
  'actor.met': true,
  'actor.named': true,
  'post.pinned': true,
  'post.unpinned': true,
  'tag.featured': true,
  'tag.unfeatured': true,
  'media.process': true,
  'media.discarded': true,
  'push.due': true,
  'link.preview': true,
  'link.verify': true,
  'archive.make': true,
  'import.continued': true,
  'archive.brought': true,
  'kit.refresh': true,
  'recovery.turn': true,
  'recovery.said': true,
  'recovery.parted': true,
}
export const jobNames = Object.keys(names) as JobName[]

/** The part of the job library that use cases need. */
export type JobQueue = Pick<PgBoss, 'send' | 'insert'>

type Timing = {
  /** Not before. */
  readonly startAfter?: Date
  /** Jobs of one name with the same key are one for so many seconds. */
  readonly once?: { readonly key: string; readonly seconds: number }
}

/** The job exists if and only if the transaction commits. */
export async function enqueue<Name extends JobName>(
  ctx: TxContext,
  name: Name,
  data: Jobs[Name],
  { startAfter, once }: Timing = {},
): Promise<void> {
  await ctx.jobs.send(name, data, {
    db: fromKysely(ctx.db.withoutPlugins()),
    ...(startAfter && { startAfter }),
    ...(once && { singletonKey: once.key, singletonSeconds: once.seconds }),
  })
}

/** Any number of jobs of one kind with one statement, on the same terms. */
export async function enqueueAll<Name extends JobName>(
  ctx: Pick<TxContext, 'db' | 'jobs'>,
  name: Name,
  all: readonly Jobs[Name][],
): Promise<void> {
  if (all.length === 0) return
  const db = fromKysely(ctx.db.withoutPlugins())
  await ctx.jobs.insert(
    name,
    all.map((data) => ({ data })),
    { db },
  )
}

/** The same, each not before a moment of its own. */
export async function enqueueLater<Name extends JobName>(
  ctx: TxContext,
  name: Name,
  all: readonly Jobs[Name][],
  startAfter: (data: Jobs[Name]) => Date | undefined,
): Promise<void> {
  if (all.length === 0) return
  const db = fromKysely(ctx.db.withoutPlugins())
  const jobs = all.map((data) => {
    const moment = startAfter(data)
    return { data, ...(moment && { startAfter: moment }) }
  })
  await ctx.jobs.insert(name, jobs, { db })
}

const batchSize = 10_000

/**
 * Forgets jobs that succeeded, which may carry what others wrote; those that failed stay for an admin to look at.
 * @param before for at least an hour, so that what is to happen once in so long is not forgotten too early
 * @returns whether none is left
 */
export async function pruneFinishedJobs(db: Db, before: Date): Promise<{ isDone: boolean }> {
  const result = await sql`
    delete from pgboss.job j using (
      select name, id from pgboss.job
      where state in ('completed', 'cancelled') and completed_on < ${before} limit ${batchSize}
    ) old
    where j.name = old.name and j.id = old.id`.execute(db)
  return { isDone: Number(result.numAffectedRows ?? 0n) < batchSize }
}

/** After-effects that failed for a day: something is wrong that an admin must see. */
export async function countFailedJobs(db: Db): Promise<number> {
  const result = await sql<{
    n: string
  }>`select count(*) as n from pgboss.job where state = 'failed'`.execute(db)
  return Number(result.rows[0]?.n ?? 0)
}
