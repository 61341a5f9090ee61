import { existsSync } from 'node:fs'
import type { Logger } from 'pino'
import { findBinaries, provideBinaries } from './binaries.ts'
import type { Cluster } from './cluster.ts'
import { checkMajorVersion, createCluster } from './create-cluster.ts'
import { awaitSettledPostmaster, discardForeignPostmasterFile } from './postmaster.ts'
import { startPostmaster, type Settings } from './start-postmaster.ts'

/**
 * Finds the running server of that cluster, or starts it, making the cluster at first. The caller holds the
 * cluster's lock file.
 */
export async function ensureRunning(
  cluster: Cluster,
  settings: Settings,
  log: Logger,
  formerPort?: number,
): Promise<{ port: number; started: boolean }> {
  const installed = findBinaries()
  await checkMajorVersion(cluster.dir, installed)
  const running = await awaitSettledPostmaster(cluster.dir)
  if (running) return { port: running.port, started: false }
  const binaries = await provideBinaries(installed, cluster.runAs, cluster.binariesHome)
  if (!existsSync(cluster.dir)) log.info(`Making a PostgreSQL ${binaries.major} database in ${cluster.dir}`)
  await createCluster(cluster, binaries, settings.fsync !== 'off')
  await discardForeignPostmasterFile(cluster.dir)
  return { port: await startPostmaster(cluster, binaries, settings, formerPort), started: true }
}
