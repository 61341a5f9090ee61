import { open } from 'node:fs/promises'
import type { Context } from '../../context.ts'
import { DomainError } from '../../lib/errors.ts'
import type { Actor } from '../../store/actors.ts'
import type { Import } from '../../store/imports.ts'
import { createArchiveImport } from './archive/create-archive-import.ts'
import { createImport, type ImportWish } from './create-import.ts'
import type { BroughtFile } from './read-file.ts'

export type FileWish = Omit<ImportWish, 'allow'> & {
  readonly allow?: (kind: Parameters<NonNullable<ImportWish['allow']>>[0] | 'archive') => void
  /** Of an archive that does not say whose it is: a handle, or the id of an actor. */
  readonly from?: string | undefined
}

/**
 * Takes whatever file a member brings: a list, or an archive with posts.
 * @throws DomainError as `createImport` and `createArchiveImport`
 */
export async function bringFile(
  ctx: Context,
  account: Actor,
  file: BroughtFile,
  { from, ...wish }: FileWish,
): Promise<Import> {
  if (!(await isArchive(file, wish.kind))) return createImport(ctx, account, file, wish)
  wish.allow?.('archive')
  refuseTrying(wish)
  return createArchiveImport(ctx, account, file, { from })
}

/** @throws DomainError `invalid` */
export function refuseTrying({ dryRun }: Pick<ImportWish, 'dryRun'>): void {
  if (dryRun) throw new DomainError('invalid', 'An archive cannot be tried: it is brought, or not.')
}

/** By what the member says, or how the file begins: a zip file, an outbox, or notes of a Misskey. */
export async function isArchive({ path }: BroughtFile, kind: string | undefined): Promise<boolean> {
  if (kind !== undefined && kind !== '') return kind === 'archive'
  await using handle = await open(path)
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(4096), 0, 4096, 0)
  const start = buffer
    .toString('utf8', 0, bytesRead)
    .replace(/^\uFEFF/, '')
    .trimStart()
  return (
    start.startsWith('PK') ||
    /^\[\s*\{/.test(start) ||
    /^\{[^]*"(?:orderedItems|OrderedCollection)"/.test(start)
  )
}
