import { realpath } from 'node:fs/promises'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Client } from 'pg'
import { pino } from 'pino'
import { onTestFinished } from 'vitest'
import { openEmbedded, type EmbeddedDatabase } from '../../../src/db/embedded/open-embedded.ts'
import { findPostmaster } from '../../../src/db/embedded/postmaster.ts'
import { makeTestDataDir, removeTestDataDir } from '../../support/data-dir.ts'

const log = pino({ level: 'silent' })

/** A DATA_DIR that vanishes after the test, with its cluster and whatever server still runs on it. */
export async function makeDataDir(parent?: string): Promise<string> {
  const dataDir = await makeTestDataDir(parent)
  onTestFinished(() => removeTestDataDir(dataDir))
  return dataDir
}

export async function open(dataDir: string): Promise<EmbeddedDatabase> {
  return openEmbedded({ dataDir, log, settings: { fsync: 'off' } })
}

/** The process id of the running server of that DATA_DIR. */
export async function serverOf(dataDir: string): Promise<number | undefined> {
  const dir = await realpath(join(dataDir, 'postgres'))
  return (await findPostmaster(dir))?.pid
}

/** What the first row says that one statement gives. */
export async function ask(connectionString: string, statement: string): Promise<Record<string, unknown>> {
  const client = new Client({ connectionString })
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows[0] ?? {}
  } finally {
    await client.end()
  }
}

export type Holder = {
  readonly connectionString: string
  readonly started: boolean
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>
}

/** Another process that has the same database open. */
export async function startHolder(dataDir: string): Promise<Holder> {
  const child = spawnHolder(dataDir)
  const exited = once(child, 'exit')
  const [line] = (await Promise.race([once(createInterface(child.stdout), 'line'), exited])) as [string]
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal)
    await exited
  }
  return { ...(JSON.parse(line) as EmbeddedDatabase), end }
}

/** Another process that is about to open the same database. */
export function spawnHolder(dataDir: string) {
  const program = join(import.meta.dirname, 'holder.ts')
  const child = spawn(process.execPath, [program, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}
