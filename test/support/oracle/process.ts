import { monitorEventLoopDelay } from 'node:perf_hooks'
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

/**
 * Milliseconds that nine and ninety of a hundred turns of the event loop wait at most. A machine that is busy with
 * something else holds us up as well; what we did not compute in that time was not us.
 */
export function watchLoop(): () => number {
  const delay = monitorEventLoopDelay({ resolution: 5 })
  const used = process.cpuUsage()
  delay.enable()
  return () => {
    delay.disable()
    const { user, system } = process.cpuUsage(used)
    return Math.min(delay.percentile(99) / 1e6, (user + system) / 1e3)
  }
}
