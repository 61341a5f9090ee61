import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { transact } from '../../../src/db/transact.ts'
import { countDeliveries, replayDeliveries } from '../../../src/store/deliveries.ts'
import { noteContact } from '../../../src/store/hosts.ts'
import { createMember } from '../../support/people.ts'
import { until } from '../../support/until.ts'
import { createDeliveryBed, useDeliveryBed, drain, plan, standing, startWorker } from './ledger.ts'
import { startReceiver, type Receiver } from './receiver.ts'

const { accountId, ...bed } = await useDeliveryBed()

/** Lets the time pass until the next lane is due, and lets it be served; returns the days that passed. */
async function passToNextTry(): Promise<number> {
  const { rows } = await sql<{ days: number | null }>`
    select extract(epoch from min(due) - now())::float8 / 86400 as days from delivery_lanes
    where due < 'infinity'`.execute(bed.ctx.db)
  const days = rows[0]?.days ?? null
  if (days === null) return Infinity
  await bed.clock.pass(Math.max(days, 0) + 1e-6)
  await drain(bed.ctx)
  return days
}

async function live(days: number): Promise<void> {
  for (let passed = 0; passed < days;) passed += await passToNextTry()
}

const requests = (receiver: Receiver) => receiver.received.filter(({ method }) => method === 'POST').length

test('A host that fails is tried for seven days, at most 45 times; then what waits is expired', async () => {
  await using receiver = await startReceiver(() => 503)
  const inbox = receiver.url('/inbox')
  const id = await plan(bed.ctx, { accountId }, [inbox])
  await drain(bed.ctx)
  await live(6.5)
  expect((await standing(bed.ctx, id))[inbox]).toMatchObject({ state: 'pending' })
  await live(0.6)
  expect((await standing(bed.ctx, id))[inbox]).toMatchObject({ state: 'expired', lastError: 'answered 503' })
  expect(requests(receiver)).toBeGreaterThan(25)
  expect(requests(receiver)).toBeLessThanOrEqual(45)
})

test('After that it is asked once a day for thirty days, and then left alone', async () => {
  await using receiver = await startReceiver(() => 503)
  await plan(bed.ctx, { accountId }, [receiver.url('/inbox')])
  await drain(bed.ctx)
  await live(8)
  receiver.received.splice(0)
  for (let day = 0; day < 40; day++) {
    await bed.clock.pass(1.06)
    await drain(bed.ctx)
  }
  expect(receiver.received.map(({ method, path }) => `${method} ${path}`)).toEqual(
    Array(receiver.received.length).fill('GET /.well-known/nodeinfo'),
  )
  expect(receiver.received.length).toBeGreaterThanOrEqual(26)
  expect(receiver.received.length).toBeLessThanOrEqual(31)
  expect(await passToNextTry()).toBe(Infinity)
})

test('A host that comes back gets everything, in time and once', async () => {
  await using receiver = await startReceiver(() => 503)
  for (let i = 0; i < 60; i++) await plan(bed.ctx, { accountId }, [receiver.url('/inbox')])
  await drain(bed.ctx)
  await live(6)
  receiver.reply = () => 202
  receiver.received.splice(0)
  expect(await passToNextTry()).toBeLessThanOrEqual(0.25)
  expect(await countDeliveries(bed.ctx.db)).toMatchObject({ delivered: 60, pending: 0, expired: 0 })
  expect(new Set(receiver.ids()).size).toBe(60)
  expect(receiver.received).toHaveLength(60)
})

test('Whoever is heard of is served at once, even when it was given up', async () => {
  await using receiver = await startReceiver(() => 503)
  await plan(bed.ctx, { accountId }, [receiver.url('/inbox')])
  await drain(bed.ctx)
  await sql`update delivery_lanes set failing_since = now() - interval '38 days', closed_until = now(), due = now()`.execute(
    bed.ctx.db,
  )
  await drain(bed.ctx)
  expect(await passToNextTry()).toBe(Infinity)
  await plan(bed.ctx, { accountId }, [receiver.url('/inbox')])
  expect(await passToNextTry()).toBe(Infinity)

  receiver.reply = () => 202
  expect(await noteContact(bed.ctx.db, receiver.host, bed.ctx.now())).toBe(true)
  await drain(bed.ctx)
  expect(await countDeliveries(bed.ctx.db)).toMatchObject({ delivered: 2, pending: 0 })
  expect(await noteContact(bed.ctx.db, receiver.host, bed.ctx.now())).toBe(false)
})

test('A contact while the host is being tried in vain is not forgotten', async () => {
  await using receiver = await startReceiver(() => 503)
  await plan(bed.ctx, { accountId }, [receiver.url('/inbox')])
  await drain(bed.ctx)
  await bed.clock.pass(1)
  const answer = Promise.withResolvers<number>()
  receiver.reply = () => answer.promise
  await using _worker = startWorker(bed.ctx)
  await until('it to be tried', () => receiver.received.length === 2)
  await noteContact(bed.ctx.db, receiver.host, bed.ctx.now())
  receiver.reply = () => 202
  answer.resolve(503)
  await until('it to be tried again', async () => (await countDeliveries(bed.ctx.db)).delivered === 1)
})

test('After a long rest of our own, hosts are tried once more before anything is given up', async () => {
  await using receiver = await startReceiver(() => 503)
  const old = await plan(
    bed.ctx,
    { accountId, plannedAt: new Date(bed.ctx.now().getTime() - 8 * 86_400_000) },
    [receiver.url('/inbox')],
  )
  await sql`insert into delivery_lanes (host_id, failures, failing_since, due, closed_until)
    select id, 3, now(), now(), now() from hosts where host = ${receiver.host}
    on conflict (host_id) do update set failures = 3, failing_since = now(), due = now(), closed_until = now()`.execute(
    bed.ctx.db,
  )
  receiver.reply = () => 202
  await drain(bed.ctx)
  expect(Object.values(await standing(bed.ctx, old))).toMatchObject([{ state: 'delivered' }])
})

test('What ended without arriving can be sent again, with the patience of something new', async () => {
  await using fresh = await createDeliveryBed()
  const { id: author } = await createMember(fresh.ctx, 'author')
  await using receiver = await startReceiver(() => 500)
  const plannedAt = new Date(Date.now() - 8 * 86_400_000)
  const id = await plan(fresh.ctx, { accountId: author, plannedAt }, [receiver.url('/inbox')])
  const replay = () => transact(fresh.ctx, ({ db }) => replayDeliveries(db, { activityId: id }))
  const state = async () => Object.values(await standing(fresh.ctx, id))[0]
  await drain(fresh.ctx)
  expect(await state()).toMatchObject({ state: 'expired', attempts: 1 })
  expect(await replay()).toBe(1)
  await drain(fresh.ctx)
  expect(await state()).toMatchObject({ state: 'pending', attempts: 1 })
  receiver.reply = () => 405
  await fresh.clock.pass(1)
  await drain(fresh.ctx)
  expect(await state()).toMatchObject({ state: 'refused', attempts: 2 })
  receiver.reply = () => 202
  await replay()
  await drain(fresh.ctx)
  expect(await state()).toMatchObject({ state: 'delivered', attempts: 1, lastError: null })
  expect(await replay()).toBe(0)
  expect(new Set(receiver.ids())).toEqual(new Set([id]))
})

test('A replay tries a host that fails at once, but not one that asked for time', async () => {
  await using receiver = await startReceiver(() => 503)
  const inbox = receiver.url('/inbox')
  await plan(bed.ctx, { accountId }, [inbox])
  await drain(bed.ctx)
  await sql`update deliveries set state = 'dead'`.execute(bed.ctx.db)
  const replay = () => transact(bed.ctx, ({ db }) => replayDeliveries(db, { state: 'dead' }))
  await replay()
  receiver.reply = () => ({ status: 503, headers: { 'retry-after': '600' } })
  await drain(bed.ctx)
  expect(receiver.received).toHaveLength(2)
  await sql`update deliveries set state = 'dead'`.execute(bed.ctx.db)
  await sql`update delivery_lanes set failures = 0`.execute(bed.ctx.db)
  await replay()
  await drain(bed.ctx)
  expect(receiver.received).toHaveLength(2)
})
