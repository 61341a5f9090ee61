import type { Logger } from 'pino'
import { hasCode } from '../../lib/error-code.ts'
import { OperatorError } from '../../lib/errors.ts'
import { withLockFile } from '../../lib/lock-file.ts'
import { openSession, type Session } from '../session.ts'
import { connectionStringFor, locateCluster, type Cluster } from './cluster.ts'
import { ensureRunning } from './ensure-running.ts'
import { stopPostmaster } from './postmaster.ts'
import type { Settings } from './start-postmaster.ts'

export type EmbeddedDatabase = {
  readonly connectionString: string
  /** Whether this call started the server; otherwise it was running already. */
  readonly started: boolean
  /** Ends this use of the database; the last one out stops the server. */
  close(): Promise<void>
}

type Options = {
  readonly dataDir: string
  readonly log: Logger
  /** Server settings that override ours, such as `{ fsync: 'off' }` for databases that tests throw away. */
  readonly settings?: Settings
}

const keeperName = 'holdfast keeper'

/**
 * Opens the embedded PostgreSQL of that DATA_DIR. Every process that uses it holds one connection, its keeper:
 * the server runs until no keeper is left, and a server that dies meanwhile is started again on its port.
 * A server that a killed process left behind is taken over.
 * @throws OperatorError in one sentence, when the database cannot be made or started
 */
export async function openEmbedded({ dataDir, log, settings = {} }: Options): Promise<EmbeddedDatabase> {
  const cluster = await locateCluster(dataDir, log)
  let closing = false
  const exclusively = <T>(work: () => Promise<T>) => withLockFile(cluster.lockFile, work)
  const reviveAt = (port: number) => () =>
    exclusively(async () => {
      if (!closing) await ensureRunning(cluster, settings, log, port)
    })
  const { port, started, keeper } = await exclusively(async () => {
    const running = await ensureRunning(cluster, settings, log)
    try {
      return { ...running, keeper: await openKeeper(cluster, running.port, reviveAt(running.port), log) }
    } catch (error) {
      if (running.started) await stopPostmaster(cluster.dir, log)
      throw error
    }
  })
  const close = () =>
    exclusively(async () => {
      closing = true
      const last = await isLastKeeper(keeper)
      await keeper.close()
      if (last) await stopPostmaster(cluster.dir, log)
    })
  return { connectionString: connectionStringFor(cluster, port, 'holdfast'), started, close }
}

async function openKeeper(
  cluster: Cluster,
  port: number,
  beforeReconnect: () => Promise<void>,
  log: Logger,
): Promise<Session> {
  const options = { applicationName: keeperName, log, beforeReconnect }
  const maintenance = connectionStringFor(cluster, port, 'postgres')
  const keeper = await openSession(maintenance, options).catch((error: unknown) => {
    if (!hasCode(error, '28P01')) throw error
    throw new OperatorError(`The password kept in DATA_DIR does not open the database in ${cluster.dir}`)
  })
  try {
    const found = await keeper.query(`select from pg_database where datname = 'holdfast'`)
    if (found.length === 0) await keeper.query('create database holdfast')
    return keeper
  } catch (error) {
    await keeper.close()
    throw error
  }
}

/** When the server cannot be asked it has no keepers; processes that still want it start it again. */
async function isLastKeeper(keeper: Session): Promise<boolean> {
  const others = await keeper
    .query(`select from pg_stat_activity where application_name = $1 and pid <> pg_backend_pid()`, [
      keeperName,
    ])
    .catch(() => [])
  return others.length === 0
}
