import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { beforeEach } from 'vitest'
import type { Context } from '../../../src/context.ts'
import { transact } from '../../../src/db/transact.ts'
import { DeliveryWorker, type DeliveryLimits } from '../../../src/federation/delivery/worker.ts'
import { createIdGenerator } from '../../../src/lib/ids.ts'
import { createGuardedFetch } from '../../../src/lib/safe-fetch.ts'
import { countDeliveries, listDeliveries, type DeliveryRow } from '../../../src/store/deliveries.ts'
import { planDelivery, type OutgoingActivity } from '../../../src/store/delivery-plan.ts'
import { ensureInbox } from '../../../src/store/hosts.ts'
import { createTestContext } from '../../support/context.ts'
import { createMember } from '../../support/people.ts'
import { until } from '../../support/until.ts'
import { use } from '../../support/use.ts'

export type Clock = { now(): Date; pass(days: number): Promise<void> }

export type DeliveryBed = AsyncDisposable & { readonly ctx: Context; readonly clock: Clock }

/** A context that reaches loopback, and a clock that can be set forward. */
export async function createDeliveryBed({ allowPrivateAddress = true } = {}): Promise<DeliveryBed> {
  const fetch = createGuardedFetch({
    allowPrivateAddress,
    userAgent: 'Holdfast/test (+https://home.example)',
  })
  let ahead = 0
  const now = () => new Date(Date.now() + ahead)
  const newId = createIdGenerator(0, () => Date.now() + ahead)
  await using parts = new AsyncDisposableStack()
  const { ctx } = parts.use(await createTestContext({ fetch, now, newId }))
  parts.defer(() => fetch.close())
  const pass = async (days: number) => {
    ahead += Math.round(days * 24 * 3600_000)
    await bringForward(ctx, days)
  }
  const owned = parts.move()
  return { ctx, clock: { now, pass }, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

/** The same for all tests of a file, each with an empty ledger, and somebody who has something to say. */
export async function useDeliveryBed() {
  const { ctx, clock } = await use(createDeliveryBed())
  const { id: accountId } = await createMember(ctx, 'author')
  beforeEach(async () => {
    await sql`truncate deliveries, delivery_lanes`.execute(ctx.db)
  })
  return { ctx, clock, accountId }
}

/** PostgreSQL's clock cannot be set: what waits for a moment is brought nearer instead. */
async function bringForward(ctx: Context, days: number): Promise<void> {
  await sql`update deliveries set due = due - make_interval(secs => ${days * 24 * 3600})
    where state = 'pending'`.execute(ctx.db)
  await sql`update delivery_lanes set due = due - make_interval(secs => ${days * 24 * 3600}),
    closed_until = closed_until - make_interval(secs => ${days * 24 * 3600})`.execute(ctx.db)
}

type Plan = Partial<OutgoingActivity> & { readonly accountId: string; readonly plannedAt?: Date }

/** Plans one activity for these inboxes; its body names its own id. */
export async function plan(
  ctx: Context,
  { plannedAt, ...activity }: Plan,
  urls: readonly string[],
): Promise<string> {
  const id = ctx.newId(plannedAt)
  const inboxIds: number[] = []
  for (const url of urls) inboxIds.push(await ensureInbox(ctx.db, url))
  const body = JSON.stringify({ id, type: 'Create' })
  await transact(ctx, (tx) =>
    planDelivery(tx.db, { id, jobId: randomUUID(), body, ...activity }, { inboxIds }),
  )
  return id
}

/** Quick enough for tests, with leases that still outlast an attempt. */
export const quick: Partial<DeliveryLimits> = { idleMs: 50, attemptMs: 1500, leaseSeconds: 6, graceMs: 1000 }

/** Runs a worker until nothing is due, and stops it. */
export async function drain(ctx: Context, limits: Partial<DeliveryLimits> = {}): Promise<void> {
  await using _worker = startWorker(ctx, limits)
  await until('nothing is due', () => isQuiet(ctx))
}

export function startWorker(ctx: Context, limits: Partial<DeliveryLimits> = {}) {
  const worker = new DeliveryWorker(ctx, { ...quick, ...limits })
  worker.start()
  return Object.assign(worker, { [Symbol.asyncDispose]: () => worker.stop() })
}

async function isQuiet(ctx: Context): Promise<boolean> {
  const { rows } = await sql<{ busy: boolean }>`
    select exists (select from delivery_lanes where due <= now() or lease_until is not null) as busy`.execute(
    ctx.db,
  )
  return rows[0]?.busy === false
}

/** How the deliveries of an activity stand, by inbox. */
export async function standing(ctx: Context, activityId: string): Promise<Record<string, DeliveryRow>> {
  const rows = await listDeliveries(ctx.db, { activityId }, 1000)
  return Object.fromEntries(rows.map((row) => [row.inbox, row]))
}

export async function untilDelivered(ctx: Context, count: number, seconds = 30): Promise<void> {
  await until(`${count} deliveries`, async () => (await countDeliveries(ctx.db)).delivered >= count, {
    seconds,
  })
}
