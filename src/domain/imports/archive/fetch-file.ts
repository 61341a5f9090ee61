import { createWriteStream } from 'node:fs'
import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { Context } from '../../../context.ts'
import { DomainError } from '../../../lib/errors.ts'
import type { Import } from '../../../store/imports.ts'

type LyingFile = AsyncDisposable & { readonly path: string }

/** A file of this machine that stays. */
export const lying = (path: string): LyingFile => ({ path, [Symbol.asyncDispose]: async () => undefined })

/**
 * A zip file is read from its end: what is uploaded comes to this machine first.
 * @throws DomainError `invalid` when it is gone
 */
export async function fetchFile(ctx: Context, { id, fileKey }: Import): Promise<LyingFile> {
  await removeCopies(ctx, id)
  const stored = fileKey === null ? undefined : await ctx.storage.open(fileKey)
  if (stored === undefined)
    throw new DomainError('invalid', 'The file is not there any more: bring it again.')
  await mkdir(directoryOf(ctx), { recursive: true, mode: 0o700 })
  const path = join(directoryOf(ctx), `${id}-${ctx.newId()}`)
  const remove = () => rm(path, { force: true })
  try {
    await pipeline(stored.stream, createWriteStream(path, { mode: 0o600 }))
  } catch (error) {
    await remove()
    throw error
  }
  return { path, [Symbol.asyncDispose]: remove }
}

function directoryOf({ config }: Context): string {
  return join(config.dataDir, 'imports')
}

/** Those that a process which died has left. */
export async function removeCopies(ctx: Context, importId: string): Promise<void> {
  const names = await readdir(directoryOf(ctx)).catch(() => [])
  for (const name of names)
    if (name.startsWith(`${importId}-`)) await rm(join(directoryOf(ctx), name), { force: true })
}
