import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Context } from '../../src/context.ts'

export type MailFile = { readonly name: string; readonly mode: number; readonly text: string }

/** Mails that were written as files, the oldest first. */
export async function readMailFiles({ config }: Context): Promise<MailFile[]> {
  const directory = join(config.dataDir, 'mail')
  const names = await readdir(directory).catch(() => [])
  return Promise.all(
    names
      .toSorted((a, b) => a.localeCompare(b))
      .map(async (name) => {
        const file = join(directory, name)
        return { name, mode: (await stat(file)).mode & 0o777, text: await readFile(file, 'utf8') }
      }),
  )
}

/** The path of the link in the latest mail to an address that holds one. @throws Error when there is none */
export async function readLink(ctx: Context, to: string, part: string): Promise<string> {
  const mails = await readMailFiles(ctx)
  const links = mails
    .filter(({ text }) => text.includes(`\nTo: ${to}\n`))
    .flatMap(({ text }) => text.split('\n').filter((line) => line.startsWith(ctx.config.origin)))
    .filter((line) => line.includes(part))
  const last = links.at(-1)
  if (last === undefined) throw new Error(`No mail to ${to} holds a link with ${part}`)
  return last.slice(ctx.config.origin.length)
}
