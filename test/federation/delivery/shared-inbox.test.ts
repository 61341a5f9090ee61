import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { transact } from '../../../src/db/transact.ts'
import { planDelivery, type Recipients } from '../../../src/store/delivery-plan.ts'
import { ensureInbox } from '../../../src/store/hosts.ts'
import { createStranger, type Stranger } from '../../support/people.ts'
import { use } from '../../support/use.ts'
import { drain, standing, useDeliveryBed } from './ledger.ts'
import { startReceiver } from './receiver.ts'

const { accountId, ...bed } = await useDeliveryBed()
const receiver = await use(startReceiver(({ path }) => (path === '/shared' ? 410 : 202)))
/** Behind one shared inbox: two who follow, one whose follow waits, one who does not. */
const people = {
  ann: await meet('ann', 'accepted'),
  ben: await meet('ben', 'accepted'),
  waiting: await meet('waiting', 'pending'),
  passer: await meet('passer'),
}

async function meet(name: string, state?: 'accepted' | 'pending'): Promise<Stranger> {
  const { db, newId } = bed.ctx
  const inboxId = await ensureInbox(db, receiver.url(`/${name}`))
  const sharedInboxId = await ensureInbox(db, receiver.url('/shared'))
  const stranger = await createStranger(bed.ctx, name, { inboxId, sharedInboxId })
  if (state !== undefined) {
    const ends = { followerId: stranger.id, targetId: accountId, followerUri: stranger.uri }
    await db
      .insertInto('follows')
      .values({ id: newId(), ...ends, inboxId, sharedInboxId, state })
      .execute()
  }
  return stranger
}

async function send(recipients: Recipients): Promise<string[]> {
  const id = bed.ctx.newId()
  const activity = { id, accountId, jobId: randomUUID(), body: '{}' }
  await transact(bed.ctx, ({ db }) => planDelivery(db, activity, recipients))
  receiver.received.splice(0)
  await drain(bed.ctx)
  const shared = (await standing(bed.ctx, id))[receiver.url('/shared')]
  expect(shared).toMatchObject({ state: 'refused', lastStatus: 410, attempts: 1 })
  return receiver.received.map(({ path }) => path).toSorted()
}

test('What was for followers reaches their own inboxes, once, when the shared one is gone', async () => {
  expect(await send({ followersOf: accountId })).toEqual(['/ann', '/ben', '/shared'])
})

test('What was for somebody reaches nobody else behind the shared inbox', async () => {
  expect(await send({ actorIds: [people.passer.id] })).toEqual(['/passer', '/shared'])
  expect(await send({ actorIds: [people.waiting.id, people.ann.id] })).toEqual([
    '/ann',
    '/shared',
    '/waiting',
  ])
})

test('Nobody gets it twice who is named and follows', async () => {
  const recipients = { followersOf: accountId, actorIds: [people.ann.id] }
  expect(await send(recipients)).toEqual(['/ann', '/ben', '/shared'])
})
