import { mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { stopPostmaster } from '../../src/db/embedded/postmaster.ts'
import { identifyProcess, isStillRunning } from '../../src/lib/process-identity.ts'

const prefix = 'holdfast-test-data-'
const ownerFile = 'made-by-test-process'
const log = pino({ level: 'warn' })

/** A new DATA_DIR that names its maker, so that the next run can tell whether anybody still needs it. */
export async function makeTestDataDir(parent: string = tmpdir()): Promise<string> {
  const dataDir = await mkdtemp(join(parent, prefix))
  await writeFile(join(dataDir, ownerFile), identifyProcess(process.pid) ?? '')
  return dataDir
}

/** Removes a DATA_DIR, after it has stopped the database server that may still run on it. */
export async function removeTestDataDir(dataDir: string): Promise<void> {
  // Root may find the cluster elsewhere, behind a symbolic link.
  const cluster = await realpath(join(dataDir, 'postgres')).catch(() => undefined)
  if (cluster !== undefined) {
    await stopPostmaster(cluster, log)
    await rm(cluster, { recursive: true, force: true })
  }
  await rm(dataDir, { recursive: true, force: true })
}

/** Clears away what runs that were killed have left behind: no process that made it is there any more. */
export async function removeAbandonedDataDirs(): Promise<void> {
  const names = (await readdir(tmpdir())).filter((name) => name.startsWith(prefix))
  for (const dataDir of names.map((name) => join(tmpdir(), name))) {
    const owner = await readFile(join(dataDir, ownerFile), 'utf8').catch(() => undefined)
    if (owner !== undefined && !isStillRunning(owner)) await removeTestDataDir(dataDir)
  }
}
