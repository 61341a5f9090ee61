import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable, Writable } from 'node:stream'
import type { CommandIo } from '../../src/cli/command.ts'
import { runCommand } from '../../src/cli/run-command.ts'
import { testOrigin } from './context.ts'
import { createTestDatabase } from './postgres.ts'

export type Outcome = { readonly code: number; readonly stdout: string; readonly stderr: string }

/** Runs a command as from a terminal that is no terminal, in an environment that holds nothing else. */
export async function run(
  argv: readonly string[],
  environment: Record<string, string> = {},
  input: string | CommandIo['stdin'] = '',
): Promise<Outcome> {
  const [stdout, stderr] = [collect(), collect()]
  const stdin = typeof input === 'string' ? Readable.from([input]) : input
  const io = { stdin, stdout: stdout.stream, stderr: stderr.stream, environment, dotEnv: {} }
  const code = await runCommand(argv, io)
  return { code, stdout: stdout.text(), stderr: stderr.text() }
}

export type CommandLine = {
  readonly connectionString: string
  run(...argv: readonly string[]): Promise<Outcome>
  runWith(input: string | CommandIo['stdin'], ...argv: readonly string[]): Promise<Outcome>
  /** What it answers to `--json`. @throws Error when it fails or says anything else */
  json(...argv: readonly string[]): Promise<any>
  close(): Promise<void>
}

/** The command line of an instance on a database of its own. */
export async function createCommandLine(): Promise<CommandLine> {
  const database = await createTestDatabase()
  const dataDir = await mkdtemp(join(tmpdir(), 'holdfast-cli-'))
  const { connectionString } = database
  const environment = { DATABASE_URL: connectionString, DATA_DIR: dataDir, ORIGIN: testOrigin }
  const line: CommandLine = {
    connectionString,
    run: (...argv) => run(argv, environment),
    runWith: (input, ...argv) => run(argv, environment, input),
    json: async (...argv) => {
      const { code, stdout, stderr } = await run([...argv, '--json'], environment)
      if (code !== 0 || stderr !== '') throw new Error(`holdfast ${argv.join(' ')}: ${stderr}`)
      return JSON.parse(stdout)
    },
    close: async () => {
      await database.drop()
      await rm(dataDir, { recursive: true })
    },
  }
  return line
}

function collect(): { stream: Writable; text(): string } {
  const chunks: Buffer[] = []
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      chunks.push(chunk)
      done()
    },
  })
  return { stream, text: () => Buffer.concat(chunks).toString() }
}
