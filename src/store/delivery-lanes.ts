import { sql } from 'kysely'
import type { Db, Tx } from '../context.ts'

/** One host, as this process has leased it. */
export type Lane = {
  readonly hostId: number
  readonly host: string
  /** How often in a row it could not be reached. */
  readonly failures: number
  readonly failingSince: Date | null
}

/**
 * Leases hosts that are due; nobody else sends to them meanwhile. Healthy and failing hosts are asked for apart, so
 * that those which fail never take the places of those which work.
 */
export async function claimLanes(
  db: Db,
  claim: { owner: string; failing: boolean; limit: number; leaseSeconds: number },
): Promise<Lane[]> {
  const due = claim.failing ? sql`l.failures > 0` : sql`l.failures = 0`
  const result = await sql<Lane>`
    with due as (
      select l.host_id from delivery_lanes l
      where l.due <= now() and (l.lease_until is null or l.lease_until < now()) and ${due}
      order by l.due limit ${claim.limit} for update skip locked
    )
    update delivery_lanes l
    set lease_owner = ${claim.owner}::uuid, lease_until = now() + make_interval(secs => ${claim.leaseSeconds})
    from due join hosts h on h.id = due.host_id
    where l.host_id = due.host_id
    returning l.host_id, h.host, l.failures, l.failing_since`.execute(db)
  return result.rows
}

export async function renewLeases(db: Db, owner: string, leaseSeconds: number): Promise<void> {
  await sql`
    update delivery_lanes set lease_until = now() + make_interval(secs => ${leaseSeconds})
    where lease_owner = ${owner}::uuid`.execute(db)
}

/** What became of a lane: when to come back at the earliest, and how it stands. */
export type LaneResult = {
  readonly hostId: number
  /** Seconds until it may be tried again, whatever waits there; null for "as soon as something is due". */
  readonly waitSeconds: number | null
  readonly failures: number
  readonly failingSince: Date | null
  readonly error: string | null
}

/**
 * Gives lanes back. The rows are locked first and what waits is read after, so that a delivery planned meanwhile is
 * seen.
 */
export async function releaseLanes(tx: Tx, owner: string, results: readonly LaneResult[]): Promise<void> {
  const hostIds = results.map((result) => result.hostId)
  await sql`
    select host_id from delivery_lanes where host_id = any(${hostIds}::integer[]) order by host_id for update`.execute(
    tx,
  )
  await sql`
    update delivery_lanes l set
      lease_owner = null, lease_until = null,
      failures = r.failures, failing_since = r.failing_since, last_error = r.error,
      due = greatest(
        coalesce((select min(d.due) from deliveries d where d.host_id = l.host_id and d.state = 'pending'),
          case when r.failures > 0 then '-infinity' else 'infinity' end::timestamptz),
        now() + make_interval(secs => r.wait))
    from unnest(
      ${hostIds}::integer[],
      ${results.map((result) => result.failures)}::smallint[],
      ${results.map((result) => result.failingSince)}::timestamptz[],
      ${results.map((result) => result.error)}::text[],
      ${results.map((result) => result.waitSeconds)}::float8[]
    ) as r (host_id, failures, failing_since, error, wait)
    where l.host_id = r.host_id and l.lease_owner = ${owner}::uuid`.execute(tx)
}

/** Hosts that nobody has heard of for so long that only their own contact opens their lanes again. */
export async function retireLanes(tx: Tx, hostIds: readonly number[]): Promise<void> {
  if (hostIds.length === 0) return
  await sql`update delivery_lanes set due = 'infinity' where host_id = any(${hostIds}::integer[])`.execute(tx)
}

/** Heals what should not happen: a lane that sleeps though something waits in it. */
export async function wakeForgottenLanes(db: Db): Promise<void> {
  await sql`
    update delivery_lanes l set due = now()
    where l.due = 'infinity' and l.failures = 0
      and exists (select from deliveries d where d.host_id = l.host_id and d.state = 'pending')`.execute(db)
}
