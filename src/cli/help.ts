import type { Command, Option } from './command.ts'
import { formatTable } from './table.ts'

/** `holdfast account create NAME --email E [--role owner|admin]` */
export function usageOf(command: Command): string {
  const options = Object.entries(command.options).map(([name, option]) =>
    option.required ? flagOf(name, option) : `[${flagOf(name, option)}]`,
  )
  return ['holdfast', nameOf(command), ...options].join(' ')
}

/** One command, at length. */
export function describeCommand(command: Command): string {
  const options = Object.entries(command.options).map(([name, option]) => [
    `  ${flagOf(name, option)}`,
    option.help,
  ])
  const table = formatTable([...options, ['  --json', 'Print one JSON document and nothing else.']])
  return `${command.help}\n\nUsage: ${usageOf(command)} [--json]\n\n${table}\n`
}

/** All commands, or those of one group (`account`), a line each. */
export function listCommands(commands: readonly Pick<Command, 'path' | 'args' | 'help'>[]): string {
  const table = formatTable(commands.map((command) => [`  ${nameOf(command)}`, command.help]))
  return `Usage: holdfast COMMAND [OPTIONS] [--json]\n\n${table}\n\nholdfast COMMAND --help says more.\n`
}

function nameOf(command: Pick<Command, 'path' | 'args'>): string {
  const args = command.args.map((name) => (name.includes('|') ? name : name.toUpperCase()))
  return [...command.path, ...args].join(' ')
}

function flagOf(name: string, option: Option): string {
  if (option.type === 'boolean') return `--${name}`
  return `--${name} ${option.choices?.join('|') ?? option.value ?? 'VALUE'}`
}
