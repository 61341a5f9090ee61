#!/usr/bin/env node
import { enableCompileCache } from 'node:module'
import { join } from 'node:path'

// Types are stripped and code is compiled once, not at every start: half the time and a fifth of the memory. Beside
// the code, since whoever may write there may change what runs anyway; where nobody may, it goes without. `npm start`
// says so in NODE_COMPILE_CACHE as well: then not even this file needs the stripper, which takes 15 MB.
enableCompileCache(join(import.meta.dirname, '../node_modules/.cache/holdfast'))
const { loadConfig, processEnvironment: environment, readDotEnv } = await import('./config.ts')
const { messageOf, OperatorError } = await import('./lib/errors.ts')

/** The one entry: `holdfast serve` runs the server, every other word is a command. */
async function main(argv: readonly string[]): Promise<number> {
  const dotEnv = readDotEnv(process.cwd())
  if (argv[0] === 'serve' && argv.length === 1) return runServer(dotEnv)
  const { runCommand } = await import('./cli/run-command.ts')
  const { stdin, stdout, stderr } = process
  return runCommand(argv, { stdin, stdout, stderr, environment, dotEnv })
}

async function runServer(dotEnv: ReturnType<typeof readDotEnv>): Promise<number> {
  const stop = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort())
  try {
    const { serve } = await import('./serve.ts')
    await serve(loadConfig(environment, dotEnv), stop.signal)
    return 0
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error
    process.stderr.write(`${messageOf(error)}\n`)
    return 1
  }
}

process.exitCode = await main(process.argv.slice(2))
