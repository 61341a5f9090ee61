import { sql, type RawBuilder } from 'kysely'
import type { Tx } from '../context.ts'
import { notifyWorkers, openLanes } from './delivery-lanes.ts'
import { notOfBlockedDomain } from './visibility.ts'

export type OutgoingActivity = {
  readonly id: string
  readonly accountId: string
  readonly formerIdentityId?: string | undefined
  /** The job that plans it; planning again under the same job changes nothing. */
  readonly jobId: string
  /** The post that it is about, if any: what is said of the same thing arrives in order. */
  readonly objectId?: string | undefined
  /** Whether each delivery tells the receiver who there follows the account (FEP-8fcf). */
  readonly synchronizes?: boolean
  readonly body: string
}

export type Recipients = {
  /** Everybody who follows this account. */
  readonly followersOf?: string | undefined
  readonly actorIds?: readonly string[]
  readonly inboxIds?: readonly number[]
  /** Nothing goes to this host: whatever is sent came from there. */
  readonly exceptHost?: string
}

/** Software that has no shared inbox or does not fan out what comes to it, by its NodeInfo name. */
export const personalInboxSoftware = ['gotosocial', 'mitra', 'snac', 'snac2']

/**
 * Writes an activity and a delivery to every inbox that it must reach, once each: the shared inbox where a server
 * has one. 100,000 recipients are a handful of statements.
 * @returns how many inboxes; 0 as well when this job planned it before
 */
export async function planDelivery(
  tx: Tx,
  activity: OutgoingActivity,
  recipients: Recipients,
): Promise<number> {
  const { followersOf, actorIds = [], inboxIds = [], exceptHost = '' } = recipients
  const inserted = await tx
    .insertInto('outgoingActivities')
    .values({ ...activity, followersOf, actorIds: [...actorIds] })
    .onConflict((conflict) => conflict.column('jobId').doNothing())
    .executeTakeFirst()
  if ((inserted.numInsertedOrUpdatedRows ?? 0n) === 0n) return 0
  return insertDeliveries(
    tx,
    activity.id,
    sql`
      select case
        when h.software = any(${personalInboxSoftware}::text[]) then r.inbox_id
        else coalesce(r.shared_inbox_id, r.inbox_id)
      end
      from (${reachedBy(activity.id)}) r join inboxes i on i.id = r.inbox_id join hosts h on h.id = i.host_id
      where h.host != ${exceptHost}
      union all
      select unnest(${inboxIds}::integer[])`,
  )
}

/**
 * A shared inbox is gone: the same activity goes to the own inbox of everybody behind it whom it is for, unless it does
 * already.
 * @returns how many
 */
export async function planPersonalDeliveries(
  tx: Tx,
  activityId: string,
  sharedInboxId: number,
): Promise<number> {
  return insertDeliveries(
    tx,
    activityId,
    sql`
      select r.inbox_id from (${reachedBy(activityId)}) r
      where r.shared_inbox_id = ${sharedInboxId} and r.inbox_id not in
        (select d.inbox_id from deliveries d where d.activity_id = ${activityId}::bigint)`,
  )
}

/**
 * Where those are reached whom an activity is for: a row of `inbox_id` and `shared_inbox_id` for each of them. Nobody of
 * a blocked domain is, wherever their inbox lies.
 */
function reachedBy(activityId: string): RawBuilder<unknown> {
  return sql`
    select f.inbox_id, f.shared_inbox_id
    from outgoing_activities o join follows f on f.target_id = o.followers_of
    where o.id = ${activityId}::bigint and f.state = 'accepted' and f.inbox_id is not null
      and ${notOfBlockedDomain(sql.ref('f.followerId'))}
    union all
    select a.inbox_id, a.shared_inbox_id
    from outgoing_activities o join remote_actors a on a.id = any(o.actor_ids)
    where o.id = ${activityId}::bigint and a.inbox_id is not null and not a.domain_blocked`
}

/** The inboxes must be new to this activity: no look for conflicts, row by row, slows the planning of many. */
async function insertDeliveries(tx: Tx, activityId: string, inboxIds: RawBuilder<unknown>): Promise<number> {
  const result = await sql<{ count: string }>`
    with planned as (
      insert into deliveries (activity_id, due, inbox_id, host_id)
      select ${activityId}::bigint, now(), i.id, i.host_id from inboxes i where i.id in (${inboxIds})
      returning host_id
    ), opened as (${openLanes(sql`planned`)})
    select count(*) from planned`.execute(tx)
  await notifyWorkers(tx)
  return Number(result.rows[0]?.count)
}
