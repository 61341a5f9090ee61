import { spawn } from 'node:child_process'
import type { ChildProcess, SpawnOptions } from 'node:child_process'
import { once } from 'node:events'

export interface Daemon {
  readonly pid: number
  /** Standard output and error so far. */
  output(): string
  /** Undefined while it runs. */
  exit(): { code: number | null; signal: NodeJS.Signals | null } | undefined
  /** Sends the signal and waits for the end of the process. */
  end(signal: 'SIGTERM' | 'SIGINT' | 'SIGKILL'): Promise<void>
  /** Asks it to end, and kills it when it has not done so in ten seconds. */
  endSoon(): Promise<void>
}

const running = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/** Starts a program that goes on running; whatever happens, it does not outlive this process. */
export function startDaemon(command: string, args: readonly string[], options: SpawnOptions): Daemon {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => (output += text))
  let exit: ReturnType<Daemon['exit']>
  running.add(child)
  const ended = once(child, 'exit').then(([code, signal]) => {
    exit = { code, signal }
    running.delete(child)
  })
  ended.catch((error: unknown) => (output += String(error)))
  const end = async (signal: NodeJS.Signals) => {
    if (!exit) child.kill(signal)
    await ended
  }
  return {
    pid: child.pid ?? -1,
    output: () => output,
    exit: () => exit,
    end,
    endSoon: async () => {
      const tooLate = setTimeout(() => child.kill('SIGKILL'), 10_000)
      await end('SIGTERM').finally(() => clearTimeout(tooLate))
    },
  }
}
