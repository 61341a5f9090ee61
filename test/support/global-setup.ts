import { pino } from 'pino'
import type { TestProject } from 'vitest/node'
import { connect } from '../../src/db/connect.ts'
import { openEmbedded } from '../../src/db/embedded/open-embedded.ts'
import { migrateToLatest } from '../../src/db/migrate.ts'
import { makeTestDataDir, removeAbandonedDataDirs, removeTestDataDir } from './data-dir.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Connection string of the migrated database that test databases are cloned from. */
    templateDatabase: string
  }
}

const log = pino({ level: 'warn' })
const forgetful = { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off' }

/**
 * One cluster for the whole run, with the schema in place; ends with the run. Set `HOLDFAST_TEST_FSYNC` to run
 * the tests with the durability of production.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  await removeAbandonedDataDirs()
  const dataDir = await makeTestDataDir()
  const settings = { max_connections: '200', ...(process.env.HOLDFAST_TEST_FSYNC ? {} : forgetful) }
  const embedded = await openEmbedded({ dataDir, log, settings })
  await migrate(embedded.connectionString)
  project.provide('templateDatabase', embedded.connectionString)
  return async () => {
    await embedded.close()
    await removeTestDataDir(dataDir)
  }
}

async function migrate(connectionString: string): Promise<void> {
  const { db, close } = await connect({ connectionString, poolSize: 1, applicationName: 'template', log })
  await migrateToLatest(db).finally(close)
}
