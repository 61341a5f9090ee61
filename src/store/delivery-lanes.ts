import { sql, type RawBuilder } from 'kysely'
import type { SignatureStyle } from './hosts.ts'
import type { Db, Tx } from '../context.ts'
import { firstInLine } from './delivery-order.ts'

/** One host, as this process has leased it. */
export type Lane = {
  readonly hostId: number
  readonly host: string
  /** How often in a row it could not be reached. */
  readonly failures: number
  readonly failingSince: Date | null
  /** Set when the host was left alone for a while, which is over now. */
  readonly closedUntil: Date | null
  /** How it took signatures the last time, if it ever did. */
  readonly signatureStyle: SignatureStyle | null
}

/**
 * Leases hosts that are due; nobody else sends to them meanwhile. Healthy and failing hosts are asked for apart, so
 * that those which fail never take the places of those which work.
 */
export async function claimLanes(
  db: Db,
  claim: { owner: string; failing: boolean; limit: number; leaseSeconds: number },
): Promise<Lane[]> {
  const condition = claim.failing ? sql`l.failures > 0` : sql`l.failures = 0`
  const result = await sql<Lane>`
    with due as (
      select l.host_id from delivery_lanes l
      where ${condition} and l.due <= now() and (l.lease_until is null or l.lease_until < now())
      order by l.due limit ${claim.limit} for update skip locked
    )
    update delivery_lanes l
    set lease_owner = ${claim.owner}::uuid, lease_until = now() + make_interval(secs => ${claim.leaseSeconds})
    from due join hosts h on h.id = due.host_id
    where l.host_id = due.host_id
    returning l.host_id, h.host, l.failures, l.failing_since, l.closed_until, h.signature_style`.execute(db)
  return result.rows
}

/** @returns the hosts whose lease this owner still had */
export async function renewLeases(
  db: Db,
  lease: { owner: string; hostIds: readonly number[]; leaseSeconds: number },
): Promise<number[]> {
  const result = await sql<{ hostId: number }>`
    update delivery_lanes set lease_until = now() + make_interval(secs => ${lease.leaseSeconds})
    where host_id = any(${lease.hostIds}::integer[]) and lease_owner = ${lease.owner}::uuid
    returning host_id`.execute(db)
  return result.rows.map((row) => row.hostId)
}

/** What was learnt about a host while it was leased. */
export type LaneHealth = {
  readonly hostId: number
  /** How it stood when it was leased: one that was heard of since is left as it is. */
  readonly failuresBefore: number
  readonly failures: number
  readonly failingSince: Date | null
  /** Seconds for which nothing is sent there: null for none, Infinity until it is heard of again. */
  readonly closedSeconds: number | null
  readonly error: string | null
}

export async function saveLaneHealth(tx: Tx, owner: string, health: readonly LaneHealth[]): Promise<void> {
  if (health.length === 0) return
  await sql`
    update delivery_lanes l set
      failures = r.failures, failing_since = r.failing_since, last_error = r.error,
      closed_until = case
        when r.closed = 'infinity' then 'infinity' else now() + make_interval(secs => r.closed)
      end
    from unnest(
      ${health.map((lane) => lane.hostId)}::integer[],
      ${health.map((lane) => lane.failuresBefore)}::smallint[],
      ${health.map((lane) => lane.failures)}::smallint[],
      ${health.map((lane) => lane.failingSince)}::timestamptz[],
      ${health.map((lane) => lane.closedSeconds)}::float8[],
      ${health.map((lane) => lane.error)}::text[]
    ) as r (host_id, failures_before, failures, failing_since, closed, error)
    where l.host_id = r.host_id and l.lease_owner = ${owner}::uuid and l.failures = r.failures_before`.execute(
    tx,
  )
}

/**
 * Gives lanes back, to be looked at when the next of their deliveries is due, but not while they are closed; a host
 * that fails is looked at even when nothing waits for it. The rows are locked first and what waits is read after, so
 * that a delivery planned meanwhile is seen.
 */
export async function releaseLanes(tx: Tx, owner: string, hostIds: readonly number[]): Promise<void> {
  if (hostIds.length === 0) return
  await sql`
    select host_id from delivery_lanes where host_id = any(${hostIds}::integer[])
    order by host_id for update`.execute(tx)
  await sql`
    update delivery_lanes l set
      lease_owner = null, lease_until = null,
      due = greatest(l.closed_until, coalesce(
        (select d.due from deliveries d
          where d.host_id = l.host_id and d.state = 'pending' and ${firstInLine}
          order by d.due limit 1),
        case when l.failures > 0 then now() else 'infinity' end))
    where l.host_id = any(${hostIds}::integer[]) and l.lease_owner = ${owner}::uuid`.execute(tx)
}

/**
 * A statement that opens the lanes of hosts for which something new waits; one that is closed keeps its own time. In
 * the order of their ids, so that two of them never wait for each other.
 * @param hosts what stands after `from`: a relation with a column `host_id`
 */
export function openLanes(hosts: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`
    insert into delivery_lanes as l (host_id, due)
    select distinct host_id, now() from ${hosts} order by host_id
    on conflict (host_id) do update set due = greatest(excluded.due, l.closed_until)
    where l.due > greatest(excluded.due, l.closed_until)`
}

/** Hosts that fail are tried at once; one that asked for time still gets it. */
export async function retryLanes(tx: Tx, hostIds: readonly number[]): Promise<void> {
  await sql`
    update delivery_lanes set closed_until = null
    where host_id = any(${hostIds}::integer[]) and failures > 0`.execute(tx)
  await openLanes(sql`unnest(${hostIds}::integer[]) host_id`).execute(tx)
  await notifyWorkers(tx)
}

/** Heard by all processes when the transaction commits. */
export async function notifyWorkers(tx: Tx): Promise<void> {
  await sql`select pg_notify('deliveries', '')`.execute(tx)
}

/**
 * The host spoke to us: what waits for it may go out now.
 * @returns whether it was failing
 */
export async function reopenLane(db: Db, host: string): Promise<boolean> {
  const result = await sql`
    update delivery_lanes l
    set due = now(), closed_until = null, failures = 0, failing_since = null, last_error = null
    from hosts h where h.host = ${host} and l.host_id = h.id and l.failures > 0`.execute(db)
  return (result.numAffectedRows ?? 0n) > 0n
}

/** Heals what should not happen: a lane that sleeps though something waits in it. */
export async function wakeForgottenLanes(db: Db): Promise<void> {
  await sql`
    update delivery_lanes l set due = now()
    where l.due = 'infinity' and l.failures = 0
      and exists (select from deliveries d where d.host_id = l.host_id and d.state = 'pending')`.execute(db)
}

/** Any inbox of a host: where it answers, and by which protocol. */
export async function findAnyInbox(db: Db, hostId: number): Promise<string | undefined> {
  const row = await db
    .selectFrom('inboxes')
    .select('url')
    .where('hostId', '=', hostId)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.url
}
