import type { Writable } from 'node:stream'
import { loadConfig } from '../config.ts'
import { DomainError, messageOf, OperatorError } from '../lib/errors.ts'
import { commands } from './commands.ts'
import type { Answer, CommandIo } from './command.ts'
import { describeCommand, listCommands } from './help.ts'
import { findCommand, parseInput } from './parse-command.ts'
import { UsageError } from './usage-error.ts'

/** No command like the others, since it does not end: `main.ts` runs it. */
const serve = { path: ['serve'], args: [], help: 'Run the server: what `npm start` does.' }

/**
 * Runs one command of the table.
 * @param argv what follows `holdfast`
 * @returns the exit code: 0 when it was done, 1 when it could not be, 2 when the words were wrong
 */
export async function runCommand(argv: readonly string[], io: CommandIo): Promise<number> {
  try {
    const help = findHelp(argv)
    const answer = help ?? (await answerCommand(argv, io))
    await write(io.stdout, answer)
    return 0
  } catch (error) {
    await write(io.stderr, `${explain(error, io)}\n`)
    return error instanceof UsageError ? 2 : 1
  }
}

/** What `--help` asks for, of one command, of a group or of all; undefined when nobody asked. */
function findHelp(argv: readonly string[]): string | undefined {
  const words = argv.slice(0, argv.includes('--') ? argv.indexOf('--') : undefined)
  const asked = words.length === 0 || words[0] === 'help' || words.some((word) => /^(--help|-h)$/.test(word))
  if (!asked) return undefined
  const path = words.filter((word) => word !== 'help' && !word.startsWith('-'))
  const found = findCommand(commands, path)
  return found ? describeCommand(found.command) : listCommands(findGroup(path[0]))
}

function findGroup(word: string | undefined) {
  const group = commands.filter(({ path }) => path[0] === word)
  return group.length > 0 ? group : [serve, ...commands]
}

async function answerCommand(argv: readonly string[], io: CommandIo): Promise<string> {
  const called = findCommand(commands, argv)
  if (called === undefined) throw new UsageError(describeUnknown(argv))
  const { command, rest } = called
  const input = { ...parseInput(command, rest), io }
  const config = loadConfig(io.environment, { LOG_LEVEL: 'warn', ...io.dotEnv })
  // Loaded here, so that help and wrong words are answered at once.
  const { bootstrap } = await import('../bootstrap.ts')
  const app = await bootstrap(config)
  try {
    return present(await command.run(app.ctx, input), rest.includes('--json'))
  } finally {
    await app.close()
  }
}

function present(answer: Answer, asJson: boolean): string {
  return `${asJson ? JSON.stringify(answer.json) : answer.text}\n`
}

function describeUnknown(argv: readonly string[]): string {
  const group = commands.filter(({ path }) => path[0] === argv[0])
  if (group.length === 0) return `There is no command ${argv[0]}: \`holdfast --help\` lists all.`
  return `Say which: ${group.map(({ path }) => `holdfast ${path.join(' ')}`).join(', ')}.`
}

function explain(error: unknown, io: CommandIo): string {
  if ([UsageError, DomainError, OperatorError].some((kind) => error instanceof kind)) return messageOf(error)
  const level = io.environment['LOG_LEVEL'] ?? io.dotEnv['LOG_LEVEL']
  if (level === 'debug' && error instanceof Error) return error.stack ?? error.message
  return `Something unexpected went wrong (${messageOf(error)}): LOG_LEVEL=debug shows where.`
}

async function write(stream: Writable, text: string): Promise<void> {
  await new Promise<void>((resolve, reject) =>
    stream.write(text, (error) => (error ? reject(error) : resolve())),
  )
}
