import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import type { CommandIo } from './command.ts'
import { UsageError } from './usage-error.ts'

type Given = { readonly password: string | undefined; readonly 'password-stdin': boolean }

/**
 * The password, from wherever the operator wants to give it: other users of the machine see the command line.
 * @throws UsageError when none is given and nobody can be asked
 */
export async function readPassword(io: CommandIo, given: Given): Promise<string> {
  if (given.password !== undefined) return given.password
  if (given['password-stdin']) return (await text(io.stdin)).replace(/\r?\n$/, '')
  if (io.stdin.isTTY === true) return askHidden(io, 'Password: ')
  throw new UsageError('A password is needed: give --password P, or pipe it in with --password-stdin.')
}

async function askHidden(io: CommandIo, question: string): Promise<string> {
  io.stderr.write(question)
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const reader = createInterface({ input: io.stdin, output: nowhere, terminal: true })
  const givenUp = new Promise<never>((_resolve, reject) =>
    reader.once('close', () => reject(new UsageError('No password was given.'))),
  )
  try {
    return await Promise.race([reader.question(''), givenUp])
  } finally {
    reader.close()
    io.stderr.write('\n')
  }
}
