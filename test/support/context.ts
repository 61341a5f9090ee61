import { pino } from 'pino'
import { loadConfig } from '../../src/config.ts'
import type { Context } from '../../src/context.ts'
import { connect } from '../../src/db/connect.ts'
import { ensureInstance } from '../../src/domain/instance/ensure-instance.ts'
import type { RemoteWorld } from '../../src/domain/remote/remote-world.ts'
import { DomainError } from '../../src/lib/errors.ts'
import { createIdGenerator } from '../../src/lib/ids.ts'
import { createKeyring } from '../../src/lib/keyring.ts'
import { createGuardedFetch } from '../../src/lib/safe-fetch.ts'
import { openQueue } from '../../src/jobs/open-queue.ts'
import { createTestDatabase } from './postgres.ts'

export const testOrigin = 'https://home.example'

export type TestContext = { readonly ctx: Context; close(): Promise<void> }

/** No other server can be reached: everybody elsewhere is known already or not at all. */
export const silentWorld: RemoteWorld = {
  resolveHandle: async (handle) => {
    throw new DomainError('not_found', `Nobody answers to ${handle}.`)
  },
  resolveActor: async () => undefined,
  fetchNote: async () => undefined,
}

/** A whole context on a database of its own, where jobs are kept but nobody works on them. */
export async function createTestContext(overrides: Partial<Context> = {}): Promise<TestContext> {
  const database = await createTestDatabase()
  const { connectionString } = database
  const log = pino({ level: 'warn' })
  const { db, close } = await connect({ connectionString, poolSize: 4, applicationName: 'test', log })
  const jobs = await openQueue({ connectionString, log, works: false })
  const fetch = createGuardedFetch({ allowPrivateAddress: false, userAgent: 'Holdfast/test' })
  const ctx: Context = {
    config: loadConfig({ ORIGIN: testOrigin }),
    db,
    log,
    now: () => new Date(),
    newId: createIdGenerator(0),
    fetch,
    keyring: createKeyring(Buffer.alloc(32, 7)),
    jobs,
    remote: silentWorld,
    ...overrides,
  }
  await ensureInstance(ctx)
  return {
    ctx,
    close: async () => {
      await Promise.all([jobs.stop({ graceful: false }), fetch.close()])
      await close()
      await database.drop()
    },
  }
}
