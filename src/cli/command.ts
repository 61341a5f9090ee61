import type { Readable, Writable } from 'node:stream'
import type { Context } from '../context.ts'

/** What a command may touch of the process that it runs in. */
export type CommandIo = {
  readonly stdin: Readable & { readonly isTTY?: boolean }
  readonly stdout: Writable
  readonly stderr: Writable
  /** The process environment. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** What an `.env` file says. */
  readonly dotEnv: Readonly<Record<string, string | undefined>>
}

/** What a command answers: `json` for scripts, `text` for people. */
export type Answer = { readonly json: unknown; readonly text: string }

export type Option = {
  readonly type: 'string' | 'boolean'
  readonly help: string
  /** How the value is called in the usage line. */
  readonly value?: string
  /** The only values that will do. */
  readonly choices?: readonly string[]
  readonly required?: true
}
export type Options = { readonly [name: string]: Option }

type OptionValue<O extends Option> = O extends { type: 'boolean' }
  ? boolean
  : (O extends { choices: readonly (infer Choice)[] } ? Choice : string) | MissingValue<O>
type MissingValue<O extends Option> = O extends { required: true } ? never : undefined

type Input<Args, Values> = { readonly args: Args; readonly options: Values; readonly io: CommandIo }

type Definition<Argument extends string, O extends Options> = {
  /** The words that call it. */
  readonly path: readonly string[]
  /**
   * Names of what follows them; each must be given, unless its name stands in brackets: then it may be empty. A last one
   * that ends in dots takes all words that remain, with a space between them.
   */
  readonly args: readonly Argument[]
  readonly options: O
  /** One line. */
  readonly help: string
  /** @throws UsageError, DomainError, OperatorError: each becomes one sentence and an exit code */
  run(
    ctx: Context,
    input: Input<
      { readonly [Name in Argument]: string },
      { readonly [Name in keyof O]: OptionValue<O[Name]> }
    >,
  ): Promise<Answer>
}

/** What was given for a command's arguments and options, checked against its definition. */
export type CommandInput = Input<
  Readonly<Record<string, string>>,
  Readonly<Record<string, string | boolean | undefined>>
>

export type Command = Omit<Definition<string, Options>, 'run'> & {
  run(ctx: Context, input: CommandInput): Promise<Answer>
}

/** Lets the compiler know a command's own arguments and options, and forgets them again for the table. */
export function defineCommand<const Argument extends string, const O extends Options>(
  definition: Definition<Argument, O>,
): Command {
  return definition
}
