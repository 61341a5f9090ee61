import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bootstrap } from '../../src/bootstrap.ts'
import { loadConfig } from '../../src/config.ts'
import type { Context } from '../../src/context.ts'
import type { RemoteWorld } from '../../src/domain/remote/remote-world.ts'
import { DomainError } from '../../src/lib/errors.ts'
import { createTestDatabase } from './postgres.ts'

export const testOrigin = 'https://home.example'

export type TestContext = AsyncDisposable & { readonly ctx: Context; close(): Promise<void> }

/** No other server can be reached: everybody elsewhere is known already or not at all. */
export const silentWorld: RemoteWorld = {
  resolveHandle: async (handle) => {
    throw new DomainError('not_found', `Nobody answers to ${handle}.`)
  },
  resolveActor: async () => undefined,
  refreshActor: async () => 'unavailable',
  fetchNote: async () => undefined,
  askNote: async () => 'unavailable',
  fetchActivity: async () => undefined,
  fetchQuoteAuthorization: async () => 'unavailable',
  readCollection: async () => 'unavailable',
  fetchFollowers: async () => undefined,
  readTags: async () => 'unavailable',
  resolveStatus: async () => undefined,
  verifyLetter: async () => undefined,
}

/** The context of a real process on a database of its own, where jobs are kept but nobody works on them. */
export async function createTestContext(overrides: Partial<Context> = {}): Promise<TestContext> {
  const database = await createTestDatabase()
  const dataDir = await mkdtemp(join(tmpdir(), 'holdfast-test-'))
  const environment = { ORIGIN: testOrigin, DATABASE_URL: database.connectionString, DATA_DIR: dataDir }
  const { fetch } = globalThis
  const app = await bootstrap(loadConfig({ ...environment, LOG_LEVEL: 'warn' }))
  // A test speaks to servers of its own, on loopback.
  globalThis.fetch = fetch
  const close = async () => {
    await app.close()
    await rm(dataDir, { recursive: true })
    await database.drop()
  }
  return {
    ctx: { ...app.ctx, remote: silentWorld, ...overrides },
    close,
    [Symbol.asyncDispose]: close,
  }
}
