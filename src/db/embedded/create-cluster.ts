import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chown, mkdir, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { syncDir } from '../../lib/data-dir.ts'
import { messageOf, OperatorError } from '../../lib/errors.ts'
import type { Binaries } from './binaries.ts'
import type { Cluster } from './cluster.ts'
import { makeOpenDir } from './copy-tree.ts'

const run = promisify(execFile)

const initdbOptions = [
  '--username=holdfast',
  '--auth=scram-sha-256',
  '--encoding=UTF8',
  '--locale=C',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
  '--data-checksums',
  '--no-instructions',
]

/**
 * Makes the cluster unless it is there. It is made beside its place and then renamed: what an interrupted
 * attempt left is thrown away by the next one.
 * @param durable false only for databases that may be lost with the machine's power
 * @throws OperatorError with initdb's own words
 */
export async function createCluster(cluster: Cluster, binaries: Binaries, durable: boolean): Promise<void> {
  if (!existsSync(cluster.dir)) {
    await makeOpenDir(dirname(cluster.dir))
    await removePartialClusters(cluster.dir)
    const partial = `${cluster.dir}.partial-${randomBytes(4).toString('hex')}`
    await runInitdb(cluster, binaries, partial, durable)
    await rename(join(partial, 'data'), cluster.dir)
    await rm(partial, { recursive: true })
    await syncDir(dirname(cluster.dir))
  }
  if (!existsSync(cluster.link)) await symlink(cluster.dir, cluster.link)
  await syncDir(dirname(cluster.link))
}

/**
 * A cluster can only be read by its own major version of PostgreSQL.
 * @throws OperatorError that says how to bring the data over
 */
export async function checkMajorVersion(dir: string, binaries: Binaries): Promise<void> {
  if (!existsSync(dir)) return
  const version = await readFile(join(dir, 'PG_VERSION'), 'utf8').catch((cause: unknown) => {
    throw new OperatorError(`${dir} is not a PostgreSQL database: ${messageOf(cause)}`, { cause })
  })
  if (Number(version) === binaries.major) return
  throw new OperatorError(
    `The database in ${dir} was made by PostgreSQL ${version.trim()}, and this release brings PostgreSQL ` +
      `${binaries.major}: dump it with the release that made it and load the dump into a new DATA_DIR ` +
      '(README, "Upgrading PostgreSQL"). Nothing has been changed',
  )
}

async function removePartialClusters(dir: string): Promise<void> {
  const prefix = `${basename(dir)}.partial-`
  const names = (await readdir(dirname(dir))).filter((name) => name.startsWith(prefix))
  for (const name of names)
    await rm(join(dirname(dir), name), { recursive: true, force: true, maxRetries: 5, retryDelay: 50 })
}

async function runInitdb(
  { runAs, password }: Cluster,
  binaries: Binaries,
  partial: string,
  durable: boolean,
): Promise<void> {
  const passwordFile = join(partial, 'password')
  await mkdir(partial, { mode: 0o700 })
  await writeFile(passwordFile, password, { mode: 0o600 })
  if (runAs) for (const path of [partial, passwordFile]) await chown(path, runAs.uid, runAs.gid)
  const options = [...initdbOptions, ...(durable ? [] : ['--no-sync'])]
  const args = [...options, `--pwfile=${passwordFile}`, `--pgdata=${join(partial, 'data')}`]
  try {
    const identity = runAs && { uid: runAs.uid, gid: runAs.gid }
    await run(join(binaries.dir, 'bin', 'initdb'), args, { ...identity, cwd: '/', env: {} })
  } catch (cause) {
    const words = cause instanceof Error && 'stderr' in cause ? String(cause.stderr).trim() : ''
    throw new OperatorError(
      `The embedded database could not be made (set DATABASE_URL to use a PostgreSQL server of your own): ` +
        (words || messageOf(cause)),
      { cause },
    )
  }
}
