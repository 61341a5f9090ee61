import { lstat, open, rename, rm, type FileHandle } from 'node:fs/promises'
import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { DomainError } from '../../lib/errors.ts'
import type { Actor } from '../../store/actors.ts'
import { recordAct } from '../audit/record-act.ts'
import { noticeMember } from '../mail/notice-member.ts'
import type { ArchiveManifest } from './archive-format.ts'
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
