import { Writable } from 'node:stream'
import { expect } from 'vitest'
import { createLogger } from '../../src/lib/log.ts'
import { compareEffects, readEffects } from './oracle/effects.ts'
import { readMemory, recordFaults, untilQuiet, watchLoop } from './oracle/process.ts'
import { recordRequests } from './oracle/requests.ts'
import { recordSockets } from './oracle/sockets.ts'
import type { Answer } from './letters.ts'
import { startServer, type ServerOptions, type TestServer } from './server.ts'

/** Words that every post of a test may hold, and no log line ever does. */
export const confidential = 'What was said in confidence'

/** A server together with every line that it logs. */
export type WatchedServer = TestServer & { readonly lines: string[] }

export async function startWatchedServer(options: ServerOptions = {}): Promise<WatchedServer> {
  const lines: string[] = []
  const destination = new Writable({
    write: (line: Buffer, _encoding, done) => {
      lines.push(line.toString())
      done()
    },
  })
  const log = createLogger({ level: 'trace', pretty: false, destination })
  return Object.assign(await startServer({ log, ...options }), { lines })
}

export type Surroundings = {
  /** Servers on loopback that stand for the world outside. */
  readonly world?: readonly { readonly port: number }[]
  /** The process that serves; this one, unless said otherwise. */
  readonly pid?: () => number
}

export type Seen<T> = {
  readonly value: T
  /** Tables that changed. */
  readonly effects: readonly string[]
  /** What was asked of other servers. */
  readonly fetches: readonly string[]
}

const mebibyte = 1_048_576
const limits = { memory: 64 * mebibyte, loopMs: 200, fetches: 3 } as const

/** What no line of a log may hold: keys, tokens, passwords, signatures, and what was said. */
const secrets = [
  /PRIVATE KEY/,
  /"d\\*":\s*\\*"[\w-]{20,}/,
  /Bearer\s+\S/i,
  /correct horse/,
  /signature=\\*"[\w+/=]{20,}/,
  new RegExp(confidential),
]

/**
 * Does something to a server, waits until it has acted on it, and demands that the server took no harm: the same
 * process, nothing uncaught, no answer of 500 or more, no socket inward, little memory and time, nothing secret logged.
 * @returns what came of it, for the test to judge
 */
export async function watch<T>(
  server: WatchedServer,
  work: () => Promise<T>,
  { world = [], pid = () => process.pid }: Surroundings = {},
): Promise<Seen<T>> {
  const database = Number(new URL(server.connectionString).port || 5432)
  const [before, pidBefore, linesBefore] = [await readEffects(server.ctx.db), pid(), server.lines.length]
  const memoryBefore = readMemory()
  using faults = recordFaults()
  using sockets = recordSockets(new Set([server.port, database, ...world.map(({ port }) => port)]))
  using requests = recordRequests(server.port)
  const readLoop = watchLoop()
  const value = await work()
  await server.settle()
  await untilQuiet()
  const loopMs = readLoop()

  const problems = [
    pid() !== pidBefore && 'another process serves',
    ...faults.faults().map((reason) => `nobody caught ${String(reason)}`),
    ...requests
      .answers()
      .filter((status) => status >= 500)
      .map((status) => `answered ${status}`),
    ...sockets.inward().map((place) => `connected to ${place}`),
    ...findSecrets(server.lines.slice(linesBefore)).map((line) => `logged ${line}`),
    loopMs >= limits.loopMs && `held the event loop up for ${Math.round(loopMs)} ms`,
    grownBy(memoryBefore),
  ].filter((problem) => typeof problem === 'string')
  if (problems.length > 0) throw new Error(`The server took harm: ${problems.join('; ')}`)
  const effects = compareEffects(before, await readEffects(server.ctx.db))
  return { value, effects, fetches: requests.fetches() }
}

/** The same for what is turned away: the sender is told so, nothing changes, and hardly anybody is asked about it. */
export async function expectRefused(
  server: WatchedServer,
  send: () => Promise<Answer>,
  surroundings?: Surroundings,
): Promise<Answer> {
  const { value, effects, fetches } = await watch(server, send, surroundings)
  expect(effects).toEqual([])
  expect(value.status, value.body).toBeGreaterThanOrEqual(400)
  expect(value.status, value.body).toBeLessThan(500)
  expect(fetches.length, fetches.join(' ')).toBeLessThanOrEqual(limits.fetches)
  return value
}

/** The same for what is taken and comes to nothing. */
export async function expectIgnored(
  server: WatchedServer,
  send: () => Promise<Answer>,
  surroundings?: Surroundings,
): Promise<Seen<Answer>> {
  const seen = await watch(server, send, surroundings)
  expect({ status: seen.value.status, effects: seen.effects }).toEqual({ status: 202, effects: [] })
  return seen
}

function findSecrets(lines: readonly string[]): string[] {
  return lines.filter((line) => secrets.some((secret) => secret.test(line)))
}

function grownBy(before: number): string | undefined {
  const growth = readMemory() - before
  return growth >= limits.memory ? `kept ${Math.round(growth / mebibyte)} MiB` : undefined
}
