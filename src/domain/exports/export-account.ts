import { lstat, mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { DomainError } from '../../lib/errors.ts'
import type { Actor } from '../../store/actors.ts'
import { recordAct } from '../audit/record-act.ts'
import { noticeMember } from '../mail/notice-member.ts'
import type { ArchiveManifest } from './archive-format.ts'
import { exportNames, writeExport } from './csv-files.ts'
import { writeArchive } from './write-archive.ts'

type Options = {
  /** Also in place of a file that is there. */
  readonly force: boolean
  readonly onProgress: (done: number) => void
}

/**
 * Writes an archive of an account into a file that nobody else on the machine can read. It has another name until it is
 * whole. The member is told, and it stands in their history.
 * @throws DomainError `conflict` when there is such a file, `invalid` when it cannot be written there
 */
export async function exportAccount(
  ctx: Context,
  account: Actor,
  path: string,
  { force, onProgress }: Options,
): Promise<ArchiveManifest> {
  if (!force) await requireAbsent(path)
  const draft = `${path}.${ctx.newId()}.part`
  try {
    const file = await create(draft)
    const manifest = await writeArchive(ctx, account, file.createWriteStream({ flush: true }), onProgress)
    if (!force) await requireAbsent(path)
    await rename(draft, path)
    await transact(ctx, async (tx) => {
      await recordAct(tx, account.id, 'archive.exported')
      await noticeMember(tx, account.id, 'archive.exported')
    })
    return manifest
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
}

/**
 * Writes every list of an account into a directory, each under its usual name, for nobody else on the machine to read.
 * @throws DomainError `conflict` when one of them is there already, `invalid` when they cannot be written there
 */
export async function exportLists(
  ctx: Context,
  account: Actor,
  directory: string,
  { force }: Pick<Options, 'force'>,
): Promise<string[]> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const paths = exportNames.map((name) => join(directory, name))
  for (const path of force ? [] : paths) await requireAbsent(path)
  for (const [index, name] of exportNames.entries()) {
    const path = paths[index]!
    if (force) await rm(path, { force: true })
    const file = await create(path)
    await pipeline(writeExport(ctx, account, name), file.createWriteStream({ flush: true }))
  }
  return paths
}

async function requireAbsent(path: string): Promise<void> {
  const isThere = await lstat(path).then(
    () => true,
    () => false,
  )
  if (isThere) throw new DomainError('conflict', `There is ${path} already: give another name, or --force.`)
}

async function create(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'wx', 0o600)
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown'
    throw new DomainError('invalid', `${path} cannot be written (${code}).`, { cause })
  }
}
