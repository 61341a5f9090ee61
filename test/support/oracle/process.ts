import { setImmediate as turn } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** What nobody caught. While it listens, nobody else is told, so that the test that causes it is the one that fails. */
export type FaultRecorder = Disposable & { faults(): unknown[] }

const events = ['unhandledRejection', 'uncaughtException'] as const
type Listener = (...values: unknown[]) => void

export function recordFaults(): FaultRecorder {
  const seen: unknown[] = []
  const note = (fault: unknown): void => void seen.push(fault)
  const before = events.map((event) => process.listeners(event as 'exit') as Listener[])
  const replace = (event: string, listeners: readonly Listener[]): void => {
    process.removeAllListeners(event)
    for (const listener of listeners) process.on(event as 'exit', listener)
  }
  for (const event of events) replace(event, [note])
  return {
    faults: () => seen,
    [Symbol.dispose]: () => events.forEach((event, index) => replace(event, before[index] ?? [])),
  }
}

/** Lets everything that is due be done, so that what nobody catches has been noticed. */
export async function untilQuiet(): Promise<void> {
  for (let turns = 0; turns < 3; turns++) await turn()
}

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/** Bytes of memory that the process holds when nothing is left to be thrown away. */
export function readMemory(): number {
  collectGarbage()
  return process.memoryUsage.rss()
}

const everyMs = 5

/**
 * Milliseconds that we computed at most between two turns of the event loop, in 99 of 100 turns. That is what others
 * wait for; a machine that is busy with something else meanwhile does not count.
 */
export function watchLoop(): () => number {
  const turns: number[] = []
  let before = computedMs()
  const look = (): void => {
    const now = computedMs()
    turns.push(now - before)
    before = now
  }
  const timer = setInterval(look, everyMs)
  return () => {
    clearInterval(timer)
    look()
    turns.sort((one, other) => one - other)
    return turns[Math.ceil(turns.length * 0.99) - 1] ?? 0
  }
}

/** Of this thread alone: what other threads do holds no turn up. */
function computedMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}
