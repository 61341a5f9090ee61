import { mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Kysely } from 'kysely'
import { pino, type Logger } from 'pino'
import type { TestProject } from 'vitest/node'
import { connect } from '../../src/db/connect.ts'
import { openEmbedded } from '../../src/db/embedded/open-embedded.ts'
import { stopPostmaster } from '../../src/db/embedded/postmaster.ts'
import { migrateToLatest } from '../../src/db/migrate.ts'
import { identifyProcess, isStillRunning } from '../../src/lib/process-identity.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Connection string of the migrated database that test databases are cloned from. */
    templateDatabase: string
  }
}

const prefix = 'holdfast-test-postgres-'
const ownerFile = 'owner'
const log = pino({ level: 'warn' })

/** Set `HOLDFAST_TEST_FSYNC` to run the tests with the durability of production. */
const settings = {
  max_connections: '200',
  ...(process.env.HOLDFAST_TEST_FSYNC
    ? {}
    : { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off' }),
}

/** One cluster for the whole run, with the schema in place; ends with the run. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  await removeAbandonedClusters(log)
  const dataDir = await mkdtemp(join(tmpdir(), prefix))
  await writeFile(join(dataDir, ownerFile), identifyProcess(process.pid) ?? '')
  const embedded = await openEmbedded({ dataDir, log, settings })
  await migrate(embedded.connectionString)
  project.provide('templateDatabase', embedded.connectionString)
  return async () => {
    await embedded.close()
    await removeCluster(dataDir, log)
  }
}

async function migrate(connectionString: string): Promise<void> {
  const { db, close } = await connect({ connectionString, poolSize: 1, applicationName: 'template', log })
  await migrateToLatest(db as Kysely<unknown>).finally(close)
}

/** A run that was killed leaves its cluster behind: it names its owner, and that process is gone. */
async function removeAbandonedClusters(log: Logger): Promise<void> {
  const names = (await readdir(tmpdir())).filter((name) => name.startsWith(prefix))
  for (const dataDir of names.map((name) => join(tmpdir(), name))) {
    const owner = await readFile(join(dataDir, ownerFile), 'utf8').catch(() => undefined)
    if (owner !== undefined && !isStillRunning(owner)) await removeCluster(dataDir, log)
  }
}

/** Root may find the cluster elsewhere, behind a symbolic link. */
async function removeCluster(dataDir: string, log: Logger): Promise<void> {
  const cluster = await realpath(join(dataDir, 'postgres')).catch(() => undefined)
  if (cluster !== undefined) {
    await stopPostmaster(cluster, log)
    await rm(cluster, { recursive: true })
  }
  await rm(dataDir, { recursive: true })
}
