import { randomInt } from 'node:crypto'
import { join } from 'node:path'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import type { Context } from '../../../src/context.ts'
import { countDeliveries, listDeliveries } from '../../../src/store/deliveries.ts'
import { startDaemon, type Daemon } from '../../support/daemon.ts'
import { until } from '../../support/until.ts'
import { useDeliveryBed, drain, plan, quick, standing, startWorker } from './ledger.ts'
import { startReceiver } from './receiver.ts'

const { accountId, ...bed } = await useDeliveryBed()

/** Another process on the same database. */
async function startProcess({ config }: Context, limits: object): Promise<Daemon> {
  const env = {
    ...process.env,
    ORIGIN: config.origin,
    DATABASE_URL: config.databaseUrl,
    DATA_DIR: config.dataDir,
    LOG_LEVEL: 'warn',
  }
  const program = join(import.meta.dirname, 'delivery-process.ts')
  const daemon = startDaemon(process.execPath, [program, JSON.stringify(limits)], {
    env,
    cwd: config.dataDir,
  })
  await until('it to work', () => daemon.output().includes('working'), { explain: daemon.output })
  return daemon
}

/** Every delivery that was planned is in exactly one state, at any moment. */
async function isComplete(planned: number): Promise<boolean> {
  const counts = await countDeliveries(bed.ctx.db)
  expect(Object.values(counts).reduce((sum, count) => sum + count)).toBe(planned)
  return counts.pending === 0
}

test(
  'Processes that are killed lose nothing, and what is sent again is the same',
  { timeout: 180_000 },
  async () => {
    await using receiver = await startReceiver(() => new Promise((resolve) => setTimeout(resolve, 4, 202)))
    await using other = await startReceiver()
    const inboxes = [receiver, other].flatMap(({ url }) => Array.from({ length: 40 }, (_, i) => url(`/${i}`)))
    const ids: string[] = []
    for (let i = 0; i < 25; i++) ids.push(await plan(bed.ctx, { accountId }, inboxes))
    const limits = { ...quick, attemptMs: 500, leaseSeconds: 2 }
    const arrivals = () =>
      [receiver, other].map(({ host, received }) =>
        received.map(({ path, body }) => `http://${host}${path} ${JSON.parse(String(body)).id}`),
      )
    const written: { done: Set<string>; arrived: readonly number[] }[] = []
    for (let kill = 0; kill < 4; kill++) {
      const daemon = await startProcess(bed.ctx, limits)
      const before = receiver.received.length + other.received.length
      const enough = before + randomInt(20, 200)
      await until('it to be at it', () => receiver.received.length + other.received.length >= enough)
      await daemon.end('SIGKILL')
      expect(await isComplete(2000)).toBe(false)
      const rows = await listDeliveries(bed.ctx.db, { state: 'delivered' }, 2000)
      const done = new Set(rows.map(({ inbox, activityId }) => `${inbox} ${activityId}`))
      written.push({ done, arrived: arrivals().map(({ length }) => length) })
    }
    await using _survivor = startWorker(bed.ctx, limits)
    await until('everything to have an end', () => isComplete(2000))
    expect(await countDeliveries(bed.ctx.db)).toMatchObject({ delivered: 2000 })
    expect(new Set(arrivals().flat()).size).toBe(2000)
    // Only what was under way, or had just arrived and was not yet written down, is sent again.
    for (const { done, arrived } of written) {
      const later = arrivals().flatMap((each, index) => each.slice(arrived[index]))
      expect(later.filter((one) => done.has(one))).toEqual([])
    }
    expect(written.at(-1)?.done.size).toBeGreaterThan(0)
    const bodies = new Set([...receiver.received, ...other.received].map(({ body }) => String(body)))
    expect(bodies.size).toBe(ids.length)
  },
)

test('Two processes share the work', async () => {
  await using receiver = await startReceiver(() => new Promise((resolve) => setTimeout(resolve, 5, 202)))
  const daemons = await Promise.all([1, 2].map(() => startProcess(bed.ctx, { ...quick, perLane: 5 })))
  const inboxes = Array.from({ length: 50 }, (_, i) => receiver.url(`/${i}`))
  for (let i = 0; i < 4; i++) await plan(bed.ctx, { accountId }, inboxes)
  await until('all to be sent', () => isComplete(200))
  await Promise.all(daemons.map((daemon) => daemon.end('SIGTERM')))
  expect(receiver.received).toHaveLength(200)
  expect(receiver.busiest()).toBeLessThanOrEqual(4)
})

test('Stopping gives requests a moment, takes back the rest and gives up the leases', async () => {
  await using hanging = await startReceiver(() => 'hang')
  await using slow = await startReceiver(() => new Promise((resolve) => setTimeout(resolve, 400, 202)))
  const limits = { attemptMs: 15_000, leaseSeconds: 60, graceMs: 1000 }
  const worker = startWorker(bed.ctx, limits)
  const id = await plan(bed.ctx, { accountId }, [hanging.url('/inbox'), slow.url('/inbox')])
  await until('both to be at it', () => hanging.received.length + slow.received.length === 2)
  const began = performance.now()
  await worker.stop()
  expect(performance.now() - began).toBeLessThan(limits.attemptMs)
  expect(await standing(bed.ctx, id)).toMatchObject({
    [hanging.url('/inbox')]: { state: 'pending', attempts: 0 },
    [slow.url('/inbox')]: { state: 'delivered', attempts: 1 },
  })
  const { rows } =
    await sql`select from delivery_lanes where lease_owner is not null or failures > 0`.execute(bed.ctx.db)
  expect(rows).toEqual([])
  hanging.reply = () => 202
  await drain(bed.ctx)
  expect(await countDeliveries(bed.ctx.db)).toMatchObject({ delivered: 2 })
})

test('Stopping does not wait for a database that does not answer', async () => {
  await using receiver = await startReceiver()
  const worker = startWorker(bed.ctx, { graceMs: 100 })
  await bed.ctx.db.transaction().execute(async (tx) => {
    receiver.reply = async () => {
      await sql`lock table delivery_lanes in access exclusive mode`.execute(tx)
      return 202
    }
    await plan(bed.ctx, { accountId }, [receiver.url('/inbox')])
    await until('it to be delivered', () => receiver.received.length === 1)
    // The lock is held until this is over: whoever waits for the database waits for ever.
    await worker.stop()
  })
})
