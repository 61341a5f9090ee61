import { sql } from 'kysely'
import type { Db, Tx } from '../context.ts'
import { firstIdAt } from '../lib/ids.ts'
import type { DeliveryState } from '../db/schema.ts'
import { retryLanes } from './delivery-lanes.ts'
import { firstInLine } from './delivery-order.ts'

/** One activity on its way to one inbox. */
export type Delivery = {
  readonly activityId: string
  readonly inboxId: number
  readonly hostId: number
  readonly attempts: number
  readonly replayedAt: Date | null
  readonly url: string
  readonly accountId: string
  readonly formerIdentityId: string | null
  readonly objectId: string | null
  /** Whether it tells the receiver who there follows the account (FEP-8fcf). */
  readonly synchronizes: boolean
}

/** What is due for these hosts and waits for nothing else, oldest first, at most so many each. */
export async function listDueDeliveries(
  db: Db,
  hostIds: readonly number[],
  limitPerHost: number,
): Promise<Delivery[]> {
  const result = await sql<Delivery>`
    select d.activity_id, d.inbox_id, d.host_id, d.attempts, d.replayed_at, i.url,
      o.account_id, o.former_identity_id, o.object_id, o.synchronizes
    from unnest(${hostIds}::integer[]) h (id)
    cross join lateral (
      select * from deliveries d
      where d.host_id = h.id and d.state = 'pending' and d.due <= now() and ${firstInLine}
      order by d.due limit ${limitPerHost}
    ) d
    join inboxes i on i.id = d.inbox_id
    join outgoing_activities o on o.id = d.activity_id
    order by d.due`.execute(db)
  return result.rows
}

export async function findOutgoingBody(db: Db, activityId: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('outgoingActivities')
    .select('body')
    .where('id', '=', activityId)
    .executeTakeFirst()
  return row?.body
}

/** What one attempt came to. */
export type Attempt = {
  readonly activityId: string
  readonly inboxId: number
  readonly state: DeliveryState
  /** Seconds until the next attempt of one that is still pending. */
  readonly retrySeconds: number
  /** HTTP status, if there was an answer. */
  readonly status: number | null
  readonly error: string | null
}

/** Only what is still pending can change: of two workers that sent the same, the first one's word stands. */
export async function recordAttempts(tx: Tx, attempts: readonly Attempt[]): Promise<void> {
  if (attempts.length === 0) return
  await sql`
    update deliveries d set
      state = r.state, attempts = least(d.attempts + 1, 32767), last_status = r.status, last_error = r.error,
      due = now() + make_interval(secs => r.retry)
    from unnest(
      ${attempts.map((attempt) => attempt.activityId)}::bigint[],
      ${attempts.map((attempt) => attempt.inboxId)}::integer[],
      ${attempts.map((attempt) => attempt.state)}::delivery_state[],
      ${attempts.map((attempt) => attempt.retrySeconds)}::float8[],
      ${attempts.map((attempt) => attempt.status)}::smallint[],
      ${attempts.map((attempt) => attempt.error)}::text[]
    ) as r (activity_id, inbox_id, state, retry, status, error)
    where d.activity_id = r.activity_id and d.inbox_id = r.inbox_id and d.state = 'pending'`.execute(tx)
}

/** Nothing goes to this host any more: what waits for it is refused. */
export async function refuseDeliveries(db: Db, hostId: number, reason: string): Promise<void> {
  await db
    .updateTable('deliveries')
    .set({ state: 'refused', lastError: reason, lastStatus: null })
    .where('hostId', '=', hostId)
    .where('state', '=', 'pending')
    .execute()
}

/**
 * Gives up what has waited too long for hosts that were asked in vain and are left alone for now. After a long rest of
 * our own every host is tried once more before that.
 * @param olderThan what was planned, or sent again by an admin, before
 */
export async function expireDeliveries(db: Db, olderThan: Date): Promise<number> {
  const result = await sql`
    update deliveries d set state = 'expired' from delivery_lanes l
    where l.closed_until > now() and d.host_id = l.host_id and d.state = 'pending'
      and d.activity_id < ${firstIdAt(olderThan)}::bigint
      and (d.replayed_at is null or d.replayed_at < ${olderThan})`.execute(db)
  return Number(result.numAffectedRows ?? 0n)
}

export type DeliveryCounts = Record<DeliveryState, number>

export async function countDeliveries(db: Db): Promise<DeliveryCounts> {
  const rows = await db
    .selectFrom('deliveries')
    .select((eb) => ['state', eb.fn.countAll<string>().as('n')])
    .groupBy('state')
    .execute()
  const none: DeliveryCounts = { pending: 0, delivered: 0, refused: 0, expired: 0, dead: 0 }
  return rows.reduce((counts, row) => ({ ...counts, [row.state]: Number(row.n) }), none)
}

export type DeliveryFilter = {
  readonly state?: DeliveryState | undefined
  readonly host?: string | undefined
  readonly activityId?: string | undefined
}

export type DeliveryRow = {
  readonly activityId: string
  readonly inbox: string
  readonly host: string
  readonly state: DeliveryState
  readonly attempts: number
  readonly lastStatus: number | null
  readonly lastError: string | null
  readonly due: Date
}

/** For an admin to look at, newest first. */
export async function listDeliveries(db: Db, filter: DeliveryFilter, limit: number): Promise<DeliveryRow[]> {
  let query = db
    .selectFrom('deliveries as d')
    .innerJoin('inboxes as i', 'i.id', 'd.inboxId')
    .innerJoin('hosts as h', 'h.id', 'd.hostId')
    .select([
      'd.activityId',
      'i.url as inbox',
      'h.host',
      'd.state',
      'd.attempts',
      'd.lastStatus',
      'd.lastError',
      'd.due',
    ])
    .orderBy('d.activityId', 'desc')
    .limit(limit)
  if (filter.state !== undefined) query = query.where('d.state', '=', filter.state)
  if (filter.host !== undefined) query = query.where('h.host', '=', filter.host)
  if (filter.activityId !== undefined) query = query.where('d.activityId', '=', filter.activityId)
  return query.execute()
}

/** How each host stands: what waits there, and since when it fails. */
export async function listHostDeliveries(
  db: Db,
): Promise<{ host: string; pending: number; failingSince: Date | null; lastError: string | null }[]> {
  const rows = await db
    .selectFrom('deliveryLanes as l')
    .innerJoin('hosts as h', 'h.id', 'l.hostId')
    .leftJoin('deliveries as d', (join) =>
      join.onRef('d.hostId', '=', 'l.hostId').on('d.state', '=', 'pending'),
    )
    .select((eb) => [
      'h.host',
      'l.failingSince',
      'l.lastError',
      eb.fn.count<string>('d.activityId').as('pending'),
    ])
    .groupBy(['h.host', 'l.failingSince', 'l.lastError'])
    .orderBy('pending', 'desc')
    .execute()
  return rows.map((row) => ({ ...row, pending: Number(row.pending) }))
}

const replayable: DeliveryState[] = ['refused', 'expired', 'dead']

/**
 * Sends again what ended without arriving, with the patience of something new. The activity keeps its id, so nobody
 * sees it twice.
 */
export async function replayDeliveries(tx: Tx, filter: DeliveryFilter): Promise<number> {
  let query = tx
    .updateTable('deliveries')
    .set({ state: 'pending', attempts: 0, due: sql`now()`, replayedAt: sql`now()` })
    .where(
      'state',
      'in',
      filter.state === undefined ? replayable : replayable.filter((state) => state === filter.state),
    )
    .returning('hostId')
  if (filter.activityId !== undefined) query = query.where('activityId', '=', filter.activityId)
  const { host } = filter
  if (host !== undefined) {
    query = query.where('hostId', 'in', (eb) => eb.selectFrom('hosts').select('id').where('host', '=', host))
  }
  const rows = await query.execute()
  await retryLanes(tx, [...new Set(rows.map((row) => row.hostId))])
  return rows.length
}
