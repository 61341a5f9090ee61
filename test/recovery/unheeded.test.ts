import { afterAll, beforeAll, expect, test } from 'vitest'
import { transact } from '../../src/db/transact.ts'
import { insertRecovery, updateRecovery } from '../../src/store/recoveries.ts'
import { insertFollowers } from '../../src/store/recovery-followers.ts'
import { beginAgain, listLedger, noteUnheeded } from '../../src/store/recovery-ledger.ts'
import { createTestContext, type TestContext } from '../support/context.ts'
import { createMember } from '../support/people.ts'

const hosts = [
  { host: 'old.example', software: 'misskey', softwareVersion: '13.14.2' },
  { host: 'spring.example', software: 'misskey', softwareVersion: '2024.3.1' },
  { host: 'may.example', software: 'misskey', softwareVersion: '2024.5.0' },
  { host: 'late.example', software: 'misskey', softwareVersion: '2026.6.0' },
  { host: 'shark.example', software: 'sharkey', softwareVersion: '2025.4.4' },
  { host: 'cherry.example', software: 'cherrypick', softwareVersion: '4.12.0' },
  { host: 'silent.example', software: 'sharkey', softwareVersion: null },
]
const deaf = ['cherry.example', 'late.example', 'may.example', 'shark.example', 'silent.example']

let bed: TestContext
let ctx: TestContext['ctx']
let id: string

beforeAll(async () => {
  bed = await createTestContext()
  ctx = bed.ctx
  const { id: accountId } = await createMember(ctx, 'alice')
  id = ctx.newId()
  const [createdAt, formerUri] = [ctx.now(), 'https://gone.example/users/alice']
  const kit = { kitMadeAt: createdAt, kitOpener: Buffer.alloc(0), hasKey: false, facts: {} }
  const former = { formerUri, formerHandle: 'alice@gone.example' }
  const followers = hosts.map(({ host, software }) => ({
    ...{ actorUri: `https://${host}/users/fan`, handle: `fan@${host}`, inbox: `https://${host}/inbox` },
    ...{ sharedInbox: null, host, software },
  }))
  await transact(ctx, async (tx) => {
    await insertRecovery(tx.db, { id, accountId, createdAt, ...former, ...kit }, [])
    await insertFollowers(tx.db, id, followers, createdAt)
    for (const { host, ...says } of hosts)
      await tx.db.updateTable('hosts').set(says).where('host', '=', host).execute()
    const told = { state: 'told', say: 'update', due: null, toldAt: createdAt }
    await tx.db.updateTable('recoveryFollowers').set(told).where('recoveryId', '=', id).execute()
  })
})
afterAll(() => bed?.close())

const read = () => listLedger(ctx.db, id, { after: 0, limit: 100 })
const again = () => transact(ctx, (tx) => beginAgain(tx.db, id, tx.now()))

test('A letter is worth nothing to what came after Misskey 2024.3, and the ledger says so', async () => {
  await transact(ctx, (tx) => noteUnheeded(tx.db, id, 'does nothing'))
  const noted = (await read()).filter(({ detail }) => detail === 'does nothing')
  expect(noted.map(({ host }) => host).toSorted()).toEqual(deaf)
})

test('Whoever did nothing on a letter is told again with the key, and not with another letter', async () => {
  await again()
  expect(new Set((await read()).map(({ state }) => state))).toEqual(new Set(['told']))
  await transact(ctx, (tx) => updateRecovery(tx.db, id, { hasKey: true }))
  await again()
  const waiting = (await read()).filter(({ state }) => state === 'waiting')
  expect(waiting.map(({ host }) => host).toSorted()).toEqual(deaf)
  expect(waiting.filter(({ detail }) => detail !== null)).toEqual([])
})
