import { readFile, stat, unlink } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { createPrivateFile } from './data-dir.ts'
import { hasCode } from './error-code.ts'
import { identifyProcess, isStillRunning } from './process-identity.ts'

const pollMilliseconds = 20
const breakerMaxAge = 10_000

/**
 * Runs `work` while no other process on this machine (and no other caller in this one) runs under the same
 * lock file. Waits as long as the holder lives; what a killed holder left behind is cleared away.
 */
export async function withLockFile<T>(path: string, work: () => Promise<T>): Promise<T> {
  const own = identifyProcess(process.pid) ?? String(process.pid)
  while (!(await tryLock(path, own))) await delay(pollMilliseconds)
  try {
    return await work()
  } finally {
    await unlinkIfPresent(path)
  }
}

async function tryLock(path: string, own: string): Promise<boolean> {
  if (await isHeld(path)) return false
  if (await createPrivateFile(path, own)) return true
  await clearStaleLock(path, own)
  return false
}

async function isHeld(path: string): Promise<boolean> {
  const holder = await readIfPresent(path)
  return holder !== undefined && isStillRunning(holder)
}

/**
 * Only one process at a time may judge and remove, else the second would remove the lock that the first one
 * has taken in the meantime. Judging takes no time: a breaker that stays was left by a process that died.
 */
async function clearStaleLock(path: string, own: string): Promise<void> {
  const breaker = `${path}.break`
  if (await createPrivateFile(breaker, own)) {
    if (!(await isHeld(path))) await unlinkIfPresent(path)
    await unlinkIfPresent(breaker)
    return
  }
  const made = await stat(breaker).catch(() => undefined)
  if (made && Date.now() - made.mtimeMs > breakerMaxAge) await unlinkIfPresent(breaker)
}

async function readIfPresent(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(ignoreMissing)
}

async function unlinkIfPresent(path: string): Promise<void> {
  await unlink(path).catch(ignoreMissing)
}

function ignoreMissing(error: unknown): undefined {
  if (!hasCode(error, 'ENOENT')) throw error
}
