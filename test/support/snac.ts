import { execFile } from 'node:child_process'
import { cp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { startDaemon } from './daemon.ts'
import type { Daemon } from './daemon.ts'
import { freePort } from './free-port.ts'
import { makeUnprivilegedDir, unprivileged } from './unprivileged.ts'
import { makeSnacUser } from './snac-user.ts'
import type { SnacUser } from './snac-user.ts'
import { until } from './until.ts'

const run = promisify(execFile)

export interface SnacOptions {
  /** Where `obtainSnac` unpacked it. */
  readonly root: string
  readonly port?: number
  /** Public host, reached by https; `localhost:PORT`, reached by http, unless given. */
  readonly host?: string
}

/** snac2 (https://codeberg.org/grunfink/snac2): a whole fediverse server in C, independent of everything of ours. */
export interface SnacServer extends AsyncDisposable {
  readonly origin: string
  readonly port: number
  addUser(name: string): Promise<SnacUser>
  log(): string
  start(): Promise<void>
  stop(): Promise<void>
  kill(): Promise<void>
}

/** Starts a fresh snac2 on loopback. It refuses to run as root: there it runs as nobody, on a copy in its reach. */
export async function startSnac(options: SnacOptions): Promise<SnacServer> {
  const home = await makeUnprivilegedDir('snac-')
  const port = options.port ?? (await freePort())
  const snac = await placeProgram(options.root, home)
  const data = join(home, 'data')
  await initialise(snac, data, port, options.host)
  const local = `http://127.0.0.1:${port}`
  const origin = options.host ? `https://${options.host}` : `http://localhost:${port}`
  let daemon: Daemon
  const start = async () => {
    daemon = startDaemon(snac.path, ['httpd', data], snac.options)
    await until('snac2 to answer', async () => (await fetch(local)).ok, { explain: daemon.output })
  }
  await start()
  return {
    origin,
    port,
    addUser: (name) => addUser(snac, { data, local, origin, name }),
    log: () => withoutReads(daemon.output()),
    start,
    stop: () => daemon.end('SIGTERM'),
    kill: () => daemon.end('SIGKILL'),
    [Symbol.asyncDispose]: async () => {
      await daemon.end('SIGKILL')
      await rm(home, { recursive: true, force: true })
    },
  }
}

export interface SnacProgram {
  readonly path: string
  readonly options: { cwd: string; env: Record<string, string>; uid?: number; gid?: number }
}

async function placeProgram(root: string, home: string): Promise<SnacProgram> {
  await cp(join(root, 'usr'), join(home, 'usr'), { recursive: true })
  const libraries = (await readdir(join(home, 'usr/lib')).catch(() => [])).map((name) =>
    join(home, 'usr/lib', name),
  )
  const env = { HOME: home, PATH: '/usr/bin:/bin', DEBUG: '1', LD_LIBRARY_PATH: libraries.join(':') }
  return { path: join(home, 'usr/bin/snac'), options: { cwd: home, env, ...unprivileged } }
}

async function initialise(snac: SnacProgram, data: string, port: number, host?: string) {
  const init = run(snac.path, ['init', data], snac.options)
  init.child.stdin?.end(`127.0.0.1\n${port}\n${host ?? `localhost:${port}`}\n\n\n`)
  await init
  const file = join(data, 'server.json')
  const config = JSON.parse(await readFile(file, 'utf8'))
  // Minutes are multiplied by the number of the attempt: 0 makes it try again at every tick of its queue (3 s).
  const ours = { protocol: host ? 'https' : 'http', queue_retry_minutes: 0, queue_retry_max: 1000 }
  await writeFile(file, JSON.stringify({ ...config, ...ours }))
}

async function addUser(
  snac: SnacProgram,
  { data, local, origin, name }: { data: string; local: string; origin: string; name: string },
): Promise<SnacUser> {
  const { stdout } = await run(snac.path, ['adduser', data, name], snac.options)
  const password = /password is (\S+)/.exec(stdout)?.[1]
  if (!password) throw new Error(`snac2 made no user: ${stdout}`)
  const body = new URLSearchParams({ login: name, passwd: password })
  const response = await fetch(`${local}/oauth/x-snac-get-token`, { method: 'POST', body })
  const token = (await response.text()).trim()
  const command = async (...args: string[]) => {
    const [verb = '', ...rest] = args
    return (await run(snac.path, [verb, data, name, ...rest], snac.options)).stdout
  }
  return makeSnacUser({ name, origin, local, token, password, home: join(data, 'user', name), command })
}

/** The tests ask its API ten times a second; what it says about that hides the rest. */
function withoutReads(log: string): string {
  return log.replace(/^.*(mastoapi_(get|timeline|notif)|timeline_link_header).*\n/gm, '')
}
