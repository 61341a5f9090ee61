import { sql } from 'kysely'
import type { Tx } from '../context.ts'

export type OutgoingActivity = {
  readonly id: string
  readonly accountId: string
  readonly formerIdentityId?: string | undefined
  /** The job that plans it; planning again under the same job changes nothing. */
  readonly jobId: string
  /** The post that it is about, if any. */
  readonly objectId?: string | undefined
  readonly body: string
}

export type Recipients = {
  /** Everybody who follows this account. */
  readonly followersOf?: string | undefined
  readonly actorIds?: readonly string[]
  readonly inboxIds?: readonly number[]
}

/** Software that has no shared inbox or does not fan out what comes to it, by its NodeInfo name. */
const personalInboxSoftware = ['gotosocial', 'mitra', 'snac', 'snac2']

/**
 * Writes an activity and a delivery to every inbox that it must reach, once each: the shared inbox where a server
 * has one. 100,000 recipients are two statements.
 * @returns how many inboxes; 0 as well when this job planned it before
 */
export async function planDelivery(
  tx: Tx,
  activity: OutgoingActivity,
  recipients: Recipients,
): Promise<number> {
  const inserted = await tx
    .insertInto('outgoingActivities')
    .values(activity)
    .onConflict((conflict) => conflict.column('jobId').doNothing())
    .executeTakeFirst()
  if ((inserted.numInsertedOrUpdatedRows ?? 0n) === 0n) return 0
  const planned = await insertDeliveries(tx, activity.id, recipients)
  if (planned > 0) await openLanes(tx, activity.id)
  return planned
}

async function insertDeliveries(tx: Tx, activityId: string, recipients: Recipients): Promise<number> {
  const { followersOf, actorIds = [], inboxIds = [] } = recipients
  const result = await sql`
    with reached as (
      select f.inbox_id, f.shared_inbox_id from follows f
      where f.target_id = ${followersOf ?? null}::bigint and f.state = 'accepted' and f.inbox_id is not null
      union all
      select a.inbox_id, a.shared_inbox_id from remote_actors a
      where a.id = any(${actorIds}::bigint[]) and a.inbox_id is not null
      union all
      select i, null from unnest(${inboxIds}::integer[]) i
    ), chosen as (
      select distinct case
        when h.software = any(${personalInboxSoftware}::text[]) then r.inbox_id
        else coalesce(r.shared_inbox_id, r.inbox_id)
      end as inbox_id
      from reached r join inboxes i on i.id = r.inbox_id join hosts h on h.id = i.host_id
    )
    insert into deliveries (activity_id, due, inbox_id, host_id)
    select ${activityId}::bigint, now(), i.id, i.host_id from chosen c join inboxes i on i.id = c.inbox_id`.execute(
    tx,
  )
  return Number(result.numAffectedRows ?? 0n)
}

/** A lane that fails keeps its own time: what is new waits there with what is old. */
async function openLanes(tx: Tx, activityId: string): Promise<void> {
  await sql`
    insert into delivery_lanes as l (host_id, due)
    select distinct host_id, now() from deliveries where activity_id = ${activityId}::bigint order by host_id
    on conflict (host_id) do update set due = excluded.due
    where l.failing_since is null and l.due > excluded.due`.execute(tx)
  await sql`select pg_notify('deliveries', '')`.execute(tx)
}

/**
 * A shared inbox is gone: the same activity goes to the own inbox of everybody whom we know behind it.
 * @returns how many
 */
export async function planPersonalDeliveries(
  tx: Tx,
  activityId: string,
  sharedInboxId: number,
): Promise<number> {
  const result = await sql`
    insert into deliveries (activity_id, due, inbox_id, host_id)
    select ${activityId}::bigint, now(), i.id, i.host_id
    from inboxes i where i.id in (
      select f.inbox_id from follows f
      join outgoing_activities o on o.id = ${activityId}::bigint and o.account_id = f.target_id
      where f.shared_inbox_id = ${sharedInboxId} and f.inbox_id <> ${sharedInboxId}
      union
      select a.inbox_id from remote_actors a
      join outgoing_activities o on o.id = ${activityId}::bigint
      join posts p on p.id = o.object_id and p.audience @> array[a.id]
      where a.shared_inbox_id = ${sharedInboxId} and a.inbox_id <> ${sharedInboxId}
    )
    on conflict do nothing`.execute(tx)
  return Number(result.numAffectedRows ?? 0n)
}
