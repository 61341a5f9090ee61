import { createHash, randomBytes } from 'node:crypto'
import { existsSync, lstatSync } from 'node:fs'
import { chown, realpath, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Logger } from 'pino'
import { prepareDataDir, readOrCreateSecret } from '../../lib/data-dir.ts'
import { OperatorError } from '../../lib/errors.ts'
import { canEnter, isRoot, listSystemUsers, type SystemUser } from '../../lib/run-as.ts'

/** Where root keeps what PostgreSQL's unprivileged user cannot reach in the checkout or in DATA_DIR. */
const systemDir = '/var/lib/holdfast'

/** The embedded database of one DATA_DIR: where its parts lie and who runs it. */
export type Cluster = {
  /** Absolute, without symbolic links; may not be there yet. */
  readonly dir: string
  /** `<DATA_DIR>/postgres`: the cluster itself, or a symbolic link to it. */
  readonly link: string
  readonly logFile: string
  readonly lockFile: string
  /** Where a copy of the binaries goes if the installed ones cannot be run in place. */
  readonly binariesHome: string
  /** Undefined where we are an ordinary user already. */
  readonly runAs: SystemUser | undefined
  readonly password: string
}

/**
 * Decides where the cluster of that DATA_DIR lies and which user runs it; makes DATA_DIR and the password.
 * PostgreSQL refuses to run as root. Root therefore hands DATA_DIR to an unprivileged user, or, where that
 * user could not get there, keeps the cluster in `/var/lib/holdfast` and only a link to it in DATA_DIR.
 * @throws OperatorError when DATA_DIR cannot be used or has lost a part of the cluster
 */
export async function locateCluster(dataDir: string, log: Logger): Promise<Cluster> {
  const home = await realpath(await prepareDataDir(dataDir))
  const link = join(home, 'postgres')
  const existing = await resolveExisting(link)
  const password = await openPassword(home, existing)
  const runAs = isRoot() ? await chooseUser(existing ?? home, existing !== undefined) : undefined
  const dir = existing ?? (await chooseDir(home, password, runAs, log))
  if (runAs !== undefined) await letIn(runAs, home, dir)
  return {
    dir,
    link,
    logFile: join(home, 'postgres.log'),
    lockFile: join(home, 'postgres.lock'),
    binariesHome: join(runAs === undefined ? home : systemDir, 'postgres-bin'),
    runAs,
    password,
  }
}

export function connectionStringFor(cluster: Cluster, port: number, database: string): string {
  return `postgres://holdfast:${cluster.password}@127.0.0.1:${port}/${database}`
}

async function resolveExisting(link: string): Promise<string | undefined> {
  if (lstatSync(link, { throwIfNoEntry: false }) === undefined) return undefined
  return realpath(link).catch((cause: unknown) => {
    throw new OperatorError(
      `${link} points to a database that is not there: bring it back or remove the link`,
      {
        cause,
      },
    )
  })
}

async function openPassword(home: string, existing: string | undefined): Promise<string> {
  const path = join(home, 'postgres.password')
  return readOrCreateSecret(path, () => {
    if (existing === undefined) return randomBytes(24).toString('base64url')
    throw new OperatorError(`${path} is missing, and the database in ${existing} cannot be opened without it`)
  })
}

/** The owner of what is there, so that the choice stays the same; at first `postgres` if there is one. */
async function chooseUser(owned: string, isCluster: boolean): Promise<SystemUser> {
  const users = await listSystemUsers()
  const { uid } = await stat(owned)
  const owner = uid === 0 ? undefined : users.find((user) => user.uid === uid)
  if (owner !== undefined) return owner
  const service = ['postgres', 'nobody'].map((name) => users.find((user) => user.name === name)).find(Boolean)
  if (service === undefined)
    throw new OperatorError(
      'PostgreSQL does not run as root: create a user named postgres, start Holdfast as an ordinary user, ' +
        'or set DATABASE_URL',
    )
  if (isCluster)
    throw new OperatorError(
      `PostgreSQL does not run as root, who owns ${owned}: give it back to its user (chown -R ${service.name} ${owned})`,
    )
  return service
}

async function chooseDir(
  home: string,
  password: string,
  runAs: SystemUser | undefined,
  log: Logger,
): Promise<string> {
  if (runAs === undefined || (await canEnter(dirname(home), runAs))) return join(home, 'postgres')
  // The password makes the name: a new DATA_DIR at the path of a deleted one is another database.
  const name = createHash('sha256').update(`${home}\n${password}`).digest('hex').slice(0, 12)
  const dir = join(systemDir, name)
  log.info(`The database lies in ${dir}, because its user ${runAs.name} cannot enter ${dirname(home)}`)
  return dir
}

async function letIn(user: SystemUser, home: string, dir: string): Promise<void> {
  if (dirname(dir) === home && (await stat(home)).uid !== user.uid) await chown(home, user.uid, user.gid)
  if (!existsSync(dir) || (await canEnter(dirname(dir), user))) return
  throw new OperatorError(
    `PostgreSQL runs as ${user.name}, who cannot enter ${dirname(dir)}: ` +
      'let others enter (chmod o+x) every directory above it',
  )
}
