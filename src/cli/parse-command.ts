import { parseArgs } from 'node:util'
import { messageOf } from '../lib/errors.ts'
import type { Command, CommandInput, Option } from './command.ts'
import { usageOf } from './help.ts'
import { UsageError } from './usage-error.ts'

/** The command that these words call, and the words after its name. */
export function findCommand(
  commands: readonly Command[],
  argv: readonly string[],
): { command: Command; rest: string[] } | undefined {
  const called = commands
    .filter(({ path }) => path.every((word, index) => argv[index] === word))
    .toSorted((a, b) => b.path.length - a.path.length)[0]
  return called && { command: called, rest: argv.slice(called.path.length) }
}

/**
 * @param rest the words after the command's name; those after `--` are arguments, whatever they look like
 * @throws UsageError for an option that does not exist, and for anything missing or too much
 */
export function parseInput(command: Command, rest: readonly string[]): Omit<CommandInput, 'io'> {
  const { values, positionals: words } = split(command, rest)
  const positionals = joinLast(command.args, words)
  const needed = command.args.filter((name) => !isOptional(name)).length
  if (positionals.length < needed || positionals.length > command.args.length)
    throw new UsageError(`Usage: ${usageOf(command)}`)
  const options = Object.entries(command.options).map(
    ([name, option]) => [name, checkOption(name, option, values[name])] as const,
  )
  const args = command.args.map((name, index) => [name, positionals[index] ?? ''] as const)
  return { args: Object.fromEntries(args), options: Object.fromEntries(options) }
}

/** Where the last argument takes any number of words, they are one. */
function joinLast(args: readonly string[], words: readonly string[]): readonly string[] {
  const last = args.length - 1
  if (args[last]?.endsWith('...') !== true || words.length <= args.length) return words
  return [...words.slice(0, last), words.slice(last).join(' ')]
}

/** An argument in brackets may be left out, and is empty then; those after it may, too. */
function isOptional(name: string): boolean {
  return name.startsWith('[')
}

type Words = { values: Record<string, string | boolean | undefined>; positionals: string[] }

function split(command: Command, rest: readonly string[]): Words {
  const known = Object.entries(command.options).map(([name, { type }]) => [name, { type }] as const)
  const options = Object.fromEntries([...known, ['json', { type: 'boolean' } as const]])
  try {
    return parseArgs({ args: [...rest], options, allowPositionals: true })
  } catch (error) {
    throw new UsageError(`${messageOf(error)}. Usage: ${usageOf(command)}`)
  }
}

function checkOption(
  name: string,
  option: Option,
  value: string | boolean | undefined,
): string | boolean | undefined {
  if (option.type === 'boolean') return value ?? false
  if (value === undefined && option.required) throw new UsageError(`--${name} is needed: ${option.help}`)
  if (value !== undefined && option.choices?.includes(String(value)) === false) {
    throw new UsageError(`--${name} must be one of ${option.choices.join(', ')}`)
  }
  return value
}
