import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { startDaemon } from './daemon.ts'
import type { Daemon } from './daemon.ts'
import { freePort } from './free-port.ts'
import { until } from './until.ts'

const run = promisify(execFile)
const MAIN = join(import.meta.dirname, '../../src/main.ts')

const dataDirs = new Set<string>()
process.once('exit', () => dataDirs.forEach(quitEmbeddedPostgres))

export interface InstanceOptions {
  /** For Node itself, in front of the program. */
  readonly nodeFlags?: readonly string[]
  /** Settings of the server. With `DATABASE_URL` it uses that database, without it the embedded one (slower). */
  readonly env?: Readonly<Record<string, string>>
  /** DATA_DIR; a new temporary directory, removed at the end, unless given. */
  readonly dir?: string
  readonly port?: number
}

/** A running Holdfast server, as an operator would start it, and its command line. */
export interface Instance extends AsyncDisposable {
  readonly origin: string
  readonly port: number
  readonly dataDir: string
  /** Of the process that runs now. */
  readonly pid: number
  /** Runs `holdfast ARGS --json` beside the server. @throws Error with its standard error when it fails */
  cli(...args: readonly string[]): Promise<any>
  log(): string
  start(): Promise<void>
  stop(): Promise<void>
  kill9(): Promise<void>
  restart(): Promise<void>
}

/**
 * Starts `holdfast serve` and waits until it is ready.
 * Dispose it (`await using`, or `afterAll`): that ends the server and its embedded PostgreSQL.
 * @throws Error with what the server said when it does not start
 */
export async function startInstance(options: InstanceOptions = {}): Promise<Instance> {
  const dataDir = options.dir ?? (await mkdtemp(join(tmpdir(), 'holdfast-')))
  dataDirs.add(dataDir)
  const port = options.port ?? (await freePort())
  const settings = { PORT: String(port), DATA_DIR: dataDir, ...options.env }
  // Not in the checkout, where a developer's `.env` may lie.
  const surroundings = { cwd: dataDir, env: { ...process.env, ...settings } }
  let daemon: Daemon
  const instance: Instance = {
    origin: options.env?.ORIGIN ?? `http://localhost:${port}`,
    port,
    dataDir,
    get pid() {
      return daemon.pid
    },
    cli: (...args) => runCommand(args, surroundings),
    log: () => daemon.output(),
    start: async () => {
      daemon = startDaemon(process.execPath, [...(options.nodeFlags ?? []), MAIN, 'serve'], surroundings)
      await untilReady(daemon, port)
    },
    stop: () => daemon.end('SIGTERM'),
    kill9: () => daemon.end('SIGKILL'),
    restart: async () => {
      await daemon.end('SIGTERM')
      await instance.start()
    },
    [Symbol.asyncDispose]: async () => {
      await daemon.endSoon()
      await endEmbeddedPostgres(dataDir)
      dataDirs.delete(dataDir)
      if (!options.dir) await rm(dataDir, { recursive: true, force: true })
    },
  }
  try {
    await instance.start()
  } catch (error) {
    await instance[Symbol.asyncDispose]()
    throw error
  }
  return instance
}

type Surroundings = { readonly cwd: string; readonly env: NodeJS.ProcessEnv }

async function runCommand(args: readonly string[], surroundings: Surroundings): Promise<unknown> {
  const { stdout } = await run(process.execPath, [MAIN, ...args, '--json'], surroundings)
  return JSON.parse(stdout)
}

async function untilReady(daemon: Daemon, port: number): Promise<void> {
  const answer = await until(
    'the server to be ready',
    async () => {
      if (daemon.exit()) return 'dead'
      return (await fetch(`http://127.0.0.1:${port}/health/ready`)).ok && 'ready'
    },
    { seconds: 90, explain: daemon.output },
  )
  if (answer === 'dead') throw new Error(`the server ended at its start:\n${daemon.output()}`)
}

async function endEmbeddedPostgres(dataDir: string): Promise<void> {
  const signalled = quitEmbeddedPostgres(dataDir)
  if (signalled) await until('PostgreSQL to end', () => !existsSync(`/proc/${signalled}`))
}

/** A server that was killed leaves its PostgreSQL running; an immediate shutdown (SIGQUIT) ends that. */
function quitEmbeddedPostgres(dataDir: string): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(join(dataDir, 'postgres/postmaster.pid'), 'utf8'), 10)
    process.kill(pid, 'SIGQUIT')
    return pid
  } catch {
    return undefined
  }
}
