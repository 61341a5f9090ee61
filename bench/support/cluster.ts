import { Client } from 'pg'
import { pino } from 'pino'
import { openEmbedded } from '../../src/db/embedded/open-embedded.ts'
import { makeTestDataDir, removeTestDataDir } from '../../test/support/data-dir.ts'

/** PostgreSQL as it comes, with all its durability, for everything that a run compares. */
export type Cluster = AsyncDisposable & {
  readonly dataDir: string
  /** Connection string of a new, empty database. */
  createDatabase(): Promise<string>
}

export async function openCluster(): Promise<Cluster> {
  const dataDir = await makeTestDataDir()
  const log = pino({ level: 'warn' }, pino.destination(2))
  const embedded = await openEmbedded({ dataDir, log, settings: { max_connections: '100' } })
  let count = 0
  return {
    dataDir,
    createDatabase: async () => {
      const name = `bench_${++count}`
      const client = new Client({ connectionString: embedded.connectionString })
      await client.connect()
      await client.query(`create database ${name}`).finally(() => client.end())
      return Object.assign(new URL(embedded.connectionString), { pathname: `/${name}` }).href
    },
    [Symbol.asyncDispose]: async () => {
      await embedded.close()
      await removeTestDataDir(dataDir)
    },
  }
}
