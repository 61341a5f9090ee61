import { afterAll, beforeAll, expect, test } from 'vitest'
import { bootstrap, type App } from '../../../src/bootstrap.ts'
import { loadConfig } from '../../../src/config.ts'
import type { Context } from '../../../src/context.ts'
import type { EmbeddedDatabase } from '../../../src/db/embedded/open-embedded.ts'
import { createGuardedFetch } from '../../../src/lib/safe-fetch.ts'
import { countDeliveries } from '../../../src/store/deliveries.ts'
import { open, serverOf } from '../../db/embedded/support.ts'
import { makeTestDataDir, removeTestDataDir } from '../../support/data-dir.ts'
import { createMember } from '../../support/people.ts'
import { until } from '../../support/until.ts'
import { plan, startWorker } from './ledger.ts'
import { startReceiver } from './receiver.ts'

let dataDir: string
let database: EmbeddedDatabase
let app: App
let ctx: Context
const fetch = createGuardedFetch({ allowPrivateAddress: true, userAgent: 'Holdfast/test' })

beforeAll(async () => {
  dataDir = await makeTestDataDir()
  database = await open(dataDir)
  const settings = {
    ORIGIN: 'https://home.example',
    DATABASE_URL: database.connectionString,
    DATA_DIR: dataDir,
  }
  app = await bootstrap(loadConfig({ ...settings, LOG_LEVEL: 'silent' }))
  ctx = { ...app.ctx, fetch }
})
afterAll(async () => {
  await Promise.all([app.close(), fetch.close()])
  await database.close()
  await removeTestDataDir(dataDir)
})

test('When PostgreSQL dies and comes back, the worker goes on by itself', async () => {
  const { id: accountId } = await createMember(ctx, 'author')
  await using receiver = await startReceiver(() => new Promise((resolve) => setTimeout(resolve, 10, 202)))
  const inboxes = Array.from({ length: 100 }, (_, i) => receiver.url(`/${i}`))
  const ids = [await plan(ctx, { accountId }, inboxes), await plan(ctx, { accountId }, inboxes)]
  await using _worker = startWorker(ctx)
  await until('it to be at it', () => receiver.received.length > 20)
  process.kill((await serverOf(dataDir)) ?? 0, 'SIGKILL')
  await until('everything to be delivered', async () => (await countDeliveries(ctx.db)).pending === 0)
  expect(await countDeliveries(ctx.db)).toMatchObject({ delivered: 200 })
  expect(new Set(receiver.received.map(({ path, body }) => `${path} ${String(body)}`)).size).toBe(200)
  expect(new Set(receiver.ids())).toEqual(new Set(ids))
})
