import { readFile, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import { commandLineOf, identifyProcess, isStillRunning } from '../../lib/process-identity.ts'

/** The server process of a cluster, as its `postmaster.pid` tells (PostgreSQL's `utils/pidfile.h`). */
export type Postmaster = {
  readonly pid: number
  readonly port: number
  /** `starting`, `ready`, `stopping`, or empty in its first moments. */
  readonly status: string
}

const pollMilliseconds = 20
const stopPatience = 60_000

/** What `postmaster.pid` says, whether or not that process still lives. */
export async function readPostmasterFile(dir: string): Promise<Postmaster | undefined> {
  const text = await readFile(join(dir, 'postmaster.pid'), 'utf8').catch(() => '')
  const [pid = '', , , port = '', , , , status = ''] = text.split('\n')
  return text === '' ? undefined : { pid: Number(pid), port: Number(port), status: status.trim() }
}

/** The living server of that cluster. A process that merely got the same pid later is none. */
export async function findPostmaster(dir: string): Promise<Postmaster | undefined> {
  const named = await readPostmasterFile(dir)
  return named && commandOf(named)?.includes(` -D ${dir} `) ? named : undefined
}

/** Waits while the server of that cluster starts or stops: undefined when none is left, else it is ready. */
export async function awaitSettledPostmaster(dir: string): Promise<Postmaster | undefined> {
  for (;;) {
    const found = await findPostmaster(dir)
    if (found === undefined || found.status === 'ready') return found
    await delay(pollMilliseconds)
  }
}

/**
 * PostgreSQL clears away the file of a dead server itself, but takes a file that names any living process for
 * a running server: after a reboot that may be anybody.
 */
export async function discardForeignPostmasterFile(dir: string): Promise<void> {
  const named = await readPostmasterFile(dir)
  if (named && commandOf(named)?.includes('postgres') === false) await unlink(join(dir, 'postmaster.pid'))
}

function commandOf({ pid }: Postmaster): string | undefined {
  return identifyProcess(pid) && commandLineOf(pid)
}

/** Stops the server of that cluster, if it runs: open transactions are rolled back, everything else is kept. */
export async function stopPostmaster(dir: string, log: Logger): Promise<void> {
  const found = await findPostmaster(dir)
  if (found === undefined) return
  const { pid } = found
  const identity = identifyProcess(pid)
  process.kill(pid, 'SIGINT')
  const deadline = Date.now() + stopPatience
  while (identity !== undefined && isStillRunning(identity)) {
    if (Date.now() > deadline) return log.warn(`PostgreSQL (process ${pid}) is still stopping`)
    await delay(pollMilliseconds)
  }
}
