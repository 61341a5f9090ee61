import { PgBoss } from 'pg-boss'
import { pino } from 'pino'
import { loadConfig } from '../../src/config.ts'
import type { Context } from '../../src/context.ts'
import { connect } from '../../src/db/connect.ts'
import { ensureInstance } from '../../src/domain/instance/ensure-instance.ts'
import { DomainError } from '../../src/lib/errors.ts'
import { createIdGenerator } from '../../src/lib/ids.ts'
import { createKeyring } from '../../src/lib/keyring.ts'
import { createGuardedFetch } from '../../src/lib/safe-fetch.ts'
import type { JobName } from '../../src/store/jobs.ts'
import { createTestDatabase } from './postgres.ts'

export const testOrigin = 'https://home.example'

const queues: Record<JobName, true> = {
  'actor.updated': true,
  'follow.requested': true,
  'follow.accepted': true,
  'follow.rejected': true,
  'follow.undone': true,
  'status.created': true,
  'status.updated': true,
  'status.deleted': true,
  'host.met': true,
}

export type TestContext = { readonly ctx: Context; close(): Promise<void> }

/** A whole context on a database of its own, where jobs are kept but nobody works on them. */
export async function createTestContext(overrides: Partial<Context> = {}): Promise<TestContext> {
  const database = await createTestDatabase()
  const { connectionString } = database
  const log = pino({ level: 'warn' })
  const { db, close } = await connect({ connectionString, poolSize: 4, applicationName: 'test', log })
  const jobs = new PgBoss({ connectionString, max: 1, supervise: false, schedule: false })
  await jobs.start()
  for (const name of Object.keys(queues)) await jobs.createQueue(name)
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
    remote: { resolveHandle: refuse, resolveActor: async () => undefined },
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

async function refuse(handle: string): Promise<never> {
  throw new DomainError('not_found', `Nobody answers to ${handle}.`)
}
