import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { open, stat, truncate } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { messageOf, OperatorError } from '../../lib/errors.ts'
import type { Binaries } from './binaries.ts'
import type { Cluster } from './cluster.ts'
import { findPostmaster, readPostmasterFile } from './postmaster.ts'

export type Settings = Readonly<Record<string, string>>

/** Given on the command line: they belong to the release, not to the moment when the cluster was made. */
const defaultSettings: Settings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  // A copy elsewhere that follows every change can then be begun without a restart.
  wal_level: 'logical',
  shared_buffers: '128MB',
  max_connections: '50',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_checkpoints: 'off',
}

const maxLogBytes = 10 * 1024 * 1024
const pollMilliseconds = 20
const retryMilliseconds = 200
const retryPatience = 10_000
const portTaken = /Address already in use/
/** The processes of a server that was killed take a moment to notice. */
const predecessorLingers = /is still in use|lock file .* already exists/

/**
 * Starts the server of that cluster in a session of its own, so that it outlives this process and Ctrl-C.
 * Returns its port when it accepts connections; after a crash that is the port it had, if it is still free.
 * @param formerPort where those who are connected will look for it again: no other will do
 * @throws OperatorError with the server's own words
 */
export async function startPostmaster(
  cluster: Cluster,
  binaries: Binaries,
  settings: Settings,
  formerPort?: number,
): Promise<number> {
  const deadline = Date.now() + retryPatience
  let port = formerPort ?? ((await readPostmasterFile(cluster.dir))?.port || (await findFreePort()))
  for (;;) {
    const trouble = await tryStart(cluster, binaries, { ...defaultSettings, ...settings, port: String(port) })
    if (trouble === undefined) return port
    const mayPass = portTaken.test(trouble) || predecessorLingers.test(trouble)
    if (!mayPass || Date.now() > deadline)
      throw new OperatorError(`The embedded PostgreSQL does not start: ${trouble}`)
    if (portTaken.test(trouble) && formerPort === undefined) port = await findFreePort()
    else await delay(retryMilliseconds)
  }
}

/** Undefined when it is ready, however long its recovery takes; otherwise why it ended. */
async function tryStart(
  { dir, logFile, runAs }: Cluster,
  binaries: Binaries,
  settings: Settings,
): Promise<string | undefined> {
  const log = await openLog(logFile)
  try {
    const { size: logStart } = await log.stat()
    const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
    const child = spawn(join(binaries.dir, 'bin', 'postgres'), ['-D', dir, ...flags], {
      ...(runAs && { uid: runAs.uid, gid: runAs.gid }),
      cwd: '/',
      env: {},
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
    })
    child.unref()
    let ended: string | undefined
    child.once('error', (error) => (ended = messageOf(error)))
    child.once('exit', (code, signal) => (ended = `it ended with ${signal ?? code}`))
    while (ended === undefined) {
      const found = await findPostmaster(dir)
      if (found?.pid === child.pid && found?.status === 'ready') return undefined
      await delay(pollMilliseconds)
    }
    const { buffer, bytesRead } = await log.read({ position: logStart, buffer: Buffer.alloc(4096) })
    return buffer.toString('utf8', 0, bytesRead).trim() || ended
  } finally {
    await log.close()
  }
}

async function openLog(path: string) {
  const size = (await stat(path).catch(() => undefined))?.size ?? 0
  if (size > maxLogBytes) await truncate(path)
  return open(path, 'a+', 0o600)
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
