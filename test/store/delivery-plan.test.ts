import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { transact } from '../../src/db/transact.ts'
import { allowDomain, blockDomain } from '../../src/domain/moderation/block-domain.ts'
import { planDelivery, type Recipients } from '../../src/store/delivery-plan.ts'
import { ensureInbox, saveNodeInfo } from '../../src/store/hosts.ts'
import { createTestContext, type TestContext } from '../support/context.ts'
import { createMember, createStranger, type Stranger } from '../support/people.ts'

let bed: TestContext
let accountId: string
beforeAll(async () => {
  bed = await createTestContext()
  accountId = (await createMember(bed.ctx, 'author')).id
})
afterAll(() => bed.close())
beforeEach(async () => {
  await sql`truncate deliveries, delivery_lanes, outgoing_activities, follows`.execute(bed.ctx.db)
})

async function follow(stranger: Stranger, state: 'accepted' | 'pending' = 'accepted'): Promise<void> {
  const { id: followerId, uri: followerUri, inboxId, sharedInboxId } = stranger
  const row = {
    id: bed.ctx.newId(),
    followerId,
    followerUri,
    targetId: accountId,
    inboxId,
    sharedInboxId,
    state,
  }
  await bed.ctx.db.insertInto('follows').values(row).execute()
}

async function plan(recipients: Recipients, jobId: string = randomUUID()): Promise<number> {
  const activity = { id: bed.ctx.newId(), accountId, jobId, body: '{}' }
  return transact(bed.ctx, ({ db }) => planDelivery(db, activity, recipients))
}

async function listPlanned(): Promise<string[]> {
  const { rows } = await sql<{ url: string }>`
    select i.url from deliveries d join inboxes i on i.id = d.inbox_id order by i.url`.execute(bed.ctx.db)
  return rows.map((row) => row.url)
}

test('Followers on one host are reached by its shared inbox, once', async () => {
  await follow(await createStranger(bed.ctx, 'ann'))
  await follow(await createStranger(bed.ctx, 'ben'))
  await follow(await createStranger(bed.ctx, 'cat', { domain: 'elsewhere.example' }))
  expect(await plan({ followersOf: accountId })).toBe(2)
  expect(await listPlanned()).toEqual(['https://away.example/inbox', 'https://elsewhere.example/inbox'])
})

test('Personal inboxes are used where there is no shared one, and for software that does not share', async () => {
  const inboxId = await ensureInbox(bed.ctx.db, 'https://lone.example/inbox/7')
  await follow(
    await createStranger(bed.ctx, 'lone', { domain: 'lone.example', inboxId, sharedInboxId: null }),
  )
  await follow(
    await createStranger(bed.ctx, 'x', { domain: 'snac.example', ...(await inboxesOf('snac.example')) }),
  )
  await saveNodeInfo(bed.ctx.db, 'snac.example', { name: 'snac', version: '2' }, new Date())
  await plan({ followersOf: accountId })
  expect(await listPlanned()).toEqual(['https://lone.example/inbox/7', 'https://snac.example/x'])
})

async function inboxesOf(host: string) {
  const { db } = bed.ctx
  return {
    inboxId: await ensureInbox(db, `https://${host}/x`),
    sharedInboxId: await ensureInbox(db, `https://${host}/shared`),
  }
}

test('Those who are named are reached too, nobody twice, and those not yet accepted not at all', async () => {
  const ann = await createStranger(bed.ctx, 'ann')
  await follow(ann)
  await follow(await createStranger(bed.ctx, 'waiting', { domain: 'waiting.example' }), 'pending')
  const named = await createStranger(bed.ctx, 'named', { domain: 'named.example' })
  const inboxIds = [ann.sharedInboxId ?? 0, named.inboxId]
  expect(await plan({ followersOf: accountId, actorIds: [ann.id, named.id, accountId], inboxIds })).toBe(3)
  expect(await listPlanned()).toEqual([
    'https://away.example/inbox',
    'https://named.example/inbox',
    'https://named.example/users/named/inbox',
  ])
})

test('Nobody of a blocked domain is reached, wherever their inbox lies, and the others there are', async () => {
  const { db } = bed.ctx
  const hosted = {
    inboxId: await ensureInbox(db, 'https://provider.example/evil'),
    sharedInboxId: await ensureInbox(db, 'https://provider.example/inbox'),
  }
  const mal = await createStranger(bed.ctx, 'mal', { domain: 'evil.example', ...hosted })
  const eve = await createStranger(bed.ctx, 'eve', { domain: 'evil.example', ...hosted })
  const ann = await createStranger(bed.ctx, 'ann')
  for (const stranger of [mal, ann]) await follow(stranger)
  await blockDomain(bed.ctx, 'evil.example', '')
  expect(await plan({ followersOf: accountId, actorIds: [eve.id] })).toBe(1)
  expect(await listPlanned()).toEqual(['https://away.example/inbox'])
  await allowDomain(bed.ctx, 'evil.example')
  expect(await plan({ followersOf: accountId, actorIds: [eve.id] })).toBe(2)
})

test('The same job plans once, also when it runs twice at the same time', async () => {
  const inboxIds = [(await createStranger(bed.ctx, 'ann')).inboxId]
  const jobId = randomUUID()
  const planned = await Promise.all([plan({ inboxIds }, jobId), plan({ inboxIds }, jobId)])
  expect(planned.toSorted()).toEqual([0, 1])
  expect(await plan({ inboxIds }, jobId)).toBe(0)
  expect(await listPlanned()).toHaveLength(1)
})

test('A transaction that fails leaves nothing behind', async () => {
  const inboxIds = [(await createStranger(bed.ctx, 'ann')).inboxId]
  const jobId = randomUUID()
  const failing = transact(bed.ctx, async ({ db, newId }) => {
    await planDelivery(db, { id: newId(), accountId, jobId, body: '{}' }, { inboxIds })
    throw new Error('after all not')
  })
  await expect(failing).rejects.toThrow('after all not')
  const { rows } = await sql`
    select from deliveries union all select from delivery_lanes union all select from outgoing_activities`.execute(
    bed.ctx.db,
  )
  expect(rows).toEqual([])
  expect(await plan({ inboxIds }, jobId)).toBe(1)
})

test('Two thousand followers on as many hosts are planned, and posts planned at the same time do not clash', async () => {
  await sql`insert into hosts (host) select 'h' || i || '.example' from generate_series(1, 2000) i`.execute(
    bed.ctx.db,
  )
  await sql`insert into inboxes (host_id, url)
    select id, 'https://' || host || '/inbox' from hosts where host like 'h%.example'`.execute(bed.ctx.db)
  await sql`insert into follows (id, follower_id, target_id, follower_uri, inbox_id, state)
    select i.id, i.id, ${accountId}::bigint, i.url, i.id, 'accepted'
    from inboxes i where i.url like 'https://h%.example/inbox' order by random()`.execute(bed.ctx.db)
  const planned = await Promise.all(Array.from({ length: 6 }, () => plan({ followersOf: accountId })))
  expect(planned).toEqual(Array(6).fill(2000))
  const { rows } = await sql<{ lanes: string }>`
    select count(*) as lanes from delivery_lanes where due <= now()`.execute(bed.ctx.db)
  expect(rows).toEqual([{ lanes: '2000' }])
})
