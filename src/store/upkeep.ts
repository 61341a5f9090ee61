import { sql } from 'kysely'
import type { Db } from '../context.ts'

const batchSize = 10_000

/** Rows of Fedify's memory whose time is over; reads pass over them already. */
export async function purgeExpiredKeys(db: Db): Promise<void> {
  await db
    .deleteFrom('kv')
    .where('expiresAt', '<=', sql<Date>`now()`)
    .execute()
}

/**
 * Forgets deliveries that arrived, and activities of which no delivery is left, a batch at a time. What was refused,
 * expired or died stays for an admin to look at.
 * @param olderThan an id: only what was said before it
 * @returns how many deliveries; less than a batch means that none is left
 */
export async function pruneDeliveries(
  db: Db,
  olderThan: string,
): Promise<{ deliveries: number; isDone: boolean }> {
  const result = await sql`
    delete from deliveries d using (
      select activity_id, inbox_id from deliveries
      where activity_id < ${olderThan}::bigint and state = 'delivered' limit ${batchSize}
    ) old
    where d.activity_id = old.activity_id and d.inbox_id = old.inbox_id`.execute(db)
  const deliveries = Number(result.numAffectedRows ?? 0n)
  const isDone = deliveries < batchSize
  if (isDone) {
    await sql`
      delete from outgoing_activities o where o.id < ${olderThan}::bigint
        and not exists (select from deliveries d where d.activity_id = o.id)`.execute(db)
  }
  return { deliveries, isDone }
}

/**
 * Forgets, a batch at a time, that something was taken back which never was here.
 * @returns whether none is left
 */
export async function pruneTombstones(db: Db, before: Date): Promise<{ isDone: boolean }> {
  const result = await sql`
    delete from remote_tombstones t using (
      select uri, actor_uri from remote_tombstones
      where unknown_host is not null and created_at < ${before} limit ${batchSize}
    ) old
    where t.uri = old.uri and t.actor_uri = old.actor_uri`.execute(db)
  return { isDone: Number(result.numAffectedRows ?? 0n) < batchSize }
}

/**
 * Gives up every lease, for a server that knows that it is alone: what a killed one had in hand is taken up at once,
 * and not when its leases have run out.
 */
export async function releaseAllLeases(db: Db): Promise<void> {
  await db
    .updateTable('deliveryLanes')
    .set({ leaseOwner: null, leaseUntil: null })
    .where('leaseOwner', 'is not', null)
    .execute()
  await db
    .updateTable('inboxMessages')
    .set({ due: sql`now()` })
    .where('attempts', '=', 0)
    .where('deadAt', 'is', null)
    .execute()
}
