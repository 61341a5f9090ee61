import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { countDeliveries } from '../../../src/store/deliveries.ts'
import { until } from '../../support/until.ts'
import { useDeliveryBed, drain, plan, standing, startWorker } from './ledger.ts'
import { startReceiver } from './receiver.ts'

const { accountId, ...bed } = await useDeliveryBed()

test('Two workers on one database send each delivery once, four at a time to a host', async () => {
  await using receiver = await startReceiver(() => new Promise((resolve) => setTimeout(resolve, 10, 202)))
  await using other = await startReceiver()
  const inboxes = [
    ...Array.from({ length: 30 }, (_, i) => receiver.url(`/${i}`)),
    ...Array.from({ length: 30 }, (_, i) => other.url(`/${i}`)),
  ]
  {
    await using _first = startWorker(bed.ctx, { perLane: 7 })
    await using _second = startWorker(bed.ctx, { perLane: 7 })
    for (let i = 0; i < 10; i++) await plan(bed.ctx, { accountId }, inboxes)
    await until('all to be sent', async () => (await countDeliveries(bed.ctx.db)).pending === 0)
  }
  for (const { received, busiest } of [receiver, other]) {
    const sent = received.map(({ path, body }) => `${path} ${String(body)}`)
    expect(new Set(sent).size).toBe(300)
    expect(sent).toHaveLength(300)
    expect(busiest()).toBeLessThanOrEqual(4)
  }
  expect(receiver.busiest()).toBe(4)
})

test('Hosts that hang or drip hold up nobody else, and few requests of ours', async () => {
  await using hanging = await startReceiver(() => 'hang')
  await using dripping = await startReceiver(() => 'drip')
  await using healthy = await startReceiver()
  const slow = [hanging, dripping].flatMap(({ url }) => Array.from({ length: 20 }, (_, i) => url(`/${i}`)))
  await using _worker = startWorker(bed.ctx, { attemptMs: 6000, leaseSeconds: 24, healthyLanes: 3 })
  const first = await plan(bed.ctx, { accountId }, slow)
  await until(
    'the slow hosts to be at it',
    () => hanging.received.length === 4 && dripping.received.length === 4,
  )
  const timedOut = async () =>
    Object.values(await standing(bed.ctx, first)).filter((row) =>
      row.lastError?.includes('no complete answer'),
    )
  for (let i = 0; i < 20; i++)
    await plan(bed.ctx, { accountId }, [healthy.url('/inbox'), hanging.url('/0'), dripping.url('/0')])
  await until('the healthy host to have everything', () => healthy.received.length === 20)
  expect(await timedOut()).toEqual([])
  expect(hanging.received).toHaveLength(4)
  // A drip behind a status is an answer: the hanging host alone is left alone.
  await until('the attempts to end', async () => (await timedOut()).length === 4)
  const { rows } = await sql<{ host: string }>`
    select h.host from delivery_lanes l join hosts h on h.id = l.host_id where l.failures > 0`.execute(
    bed.ctx.db,
  )
  expect(rows).toEqual([{ host: hanging.host }])
  expect([hanging.busiest(), dripping.busiest()]).toEqual([4, 4])
})

test('A host that asks for time gets it, whatever is planned meanwhile', async () => {
  let busy = true
  await using receiver = await startReceiver(() =>
    busy ? { status: 429, headers: { 'retry-after': '3600' } } : 202,
  )
  const inboxes = Array.from({ length: 10 }, (_, i) => receiver.url(`/${i}`))
  await plan(bed.ctx, { accountId }, inboxes)
  await drain(bed.ctx)
  const asked = receiver.received.length
  expect(asked).toBeLessThanOrEqual(4)
  await plan(bed.ctx, { accountId }, inboxes)
  await bed.clock.pass(3500 / 86_400)
  await drain(bed.ctx)
  expect(receiver.received).toHaveLength(asked)
  await bed.clock.pass(110 / 86_400)
  await drain(bed.ctx)
  expect(receiver.received).toHaveLength(asked + 1)
  busy = false
  await bed.clock.pass(1)
  await drain(bed.ctx)
  expect(await countDeliveries(bed.ctx.db)).toMatchObject({ delivered: 20, pending: 0 })
})

test('Hosts that fail do not take the places of those that work', async () => {
  await using dead = await startReceiver(() => 503)
  await using healthy = await startReceiver()
  await plan(bed.ctx, { accountId }, [dead.url('/inbox')])
  await drain(bed.ctx)
  await bed.clock.pass(1)
  dead.reply = () => 'hang'
  await using _worker = startWorker(bed.ctx, {
    healthyLanes: 1,
    failingLanes: 1,
    attemptMs: 3000,
    leaseSeconds: 12,
  })
  await until('the dead host to be tried again', () => dead.received.length === 2)
  await plan(bed.ctx, { accountId }, [healthy.url('/inbox')])
  await until('the healthy host to be served', () => healthy.received.length === 1, { seconds: 2 })
})

test('A worker that cannot renew its lease sends nothing that another may be sending', async () => {
  const { promise: answered, resolve: answer } = Promise.withResolvers<number>()
  await using receiver = await startReceiver(() => answered)
  await plan(
    bed.ctx,
    { accountId },
    Array.from({ length: 40 }, (_, i) => receiver.url(`/${i}`)),
  )
  await using _worker = startWorker(bed.ctx, { leaseSeconds: 13, attemptMs: 12_000 })
  await until('it to begin', () => receiver.received.length === 4)
  await sql`update delivery_lanes set lease_owner = gen_random_uuid(), lease_until = now() + interval '1 hour'`.execute(
    bed.ctx.db,
  )
  const { rows: taken } = await sql<{ at: Date }>`select clock_timestamp() as at`.execute(bed.ctx.db)
  await until('what is left of its lease to be less than an attempt may take', async () => {
    const { rows } = await sql<{ over: boolean }>`
      select clock_timestamp() > ${taken[0]?.at}::timestamptz + interval '1 second' as over`.execute(
      bed.ctx.db,
    )
    return rows[0]?.over
  })
  answer(202)
  await until('its outcomes to be written', async () => (await countDeliveries(bed.ctx.db)).delivered === 4)
  expect(receiver.received).toHaveLength(4)
  const { rows } = await sql<{
    held: boolean
  }>`select lease_until > now() as held from delivery_lanes`.execute(bed.ctx.db)
  expect(rows).toEqual([{ held: true }])
})
