import { randomBytes } from 'node:crypto'
import { stat } from 'node:fs/promises'
import type { Context } from '../../../context.ts'
import { transact } from '../../../db/transact.ts'
import { DomainError } from '../../../lib/errors.ts'
import type { Actor } from '../../../store/actors.ts'
import { cancelAbandoned } from '../../../store/archive-imports.ts'
import { insertImport, type Import } from '../../../store/imports.ts'
import { enqueue } from '../../../store/jobs.ts'
import { getActorByName } from '../../accounts/get-actor-by-name.ts'
import { verifySigned } from '../../exports/verify-archive.ts'
import { requireHere } from '../../moving/require-here.ts'
import { makeRoom } from '../make-room.ts'
import type { BroughtFile } from '../read-file.ts'
import { findFormer } from './find-former.ts'
import { archiveImportLimits } from './limits.ts'
import { asRefusal, openSource } from './open-source.ts'
import { proveFormer } from './prove-former.ts'

/**
 * Takes an archive with the posts of a member's account elsewhere. What can be seen at once is looked at here; the rest
 * is done by a job, which goes on wherever it was broken off.
 * @param wish `from`: a handle or an id, for files that do not say whose they are. `inPlace`: the file stays where it
 *   is, and the caller works on it (`workOnArchive`)
 * @throws DomainError `invalid` for what is no archive, `forbidden` for one of somebody else and for an account that has
 *   moved, `limited` when three imports are unfinished
 */
export async function createArchiveImport(
  ctx: Context,
  account: Actor,
  file: BroughtFile,
  wish: { readonly from?: string | undefined; readonly inPlace?: boolean } = {},
): Promise<Import> {
  requireHere(account)
  if ((await stat(file.path)).size > archiveImportLimits.fileBytes)
    throw new DomainError('invalid', 'The archive is larger than 2 GiB.')
  const named = wish.from === undefined ? null : await findUri(ctx, wish.from)
  {
    await using source = await openSource(file.path, findFormer(account, named))
    if (source.software === 'holdfast') await requireUnchanged(file.path)
    await proveFormer(ctx, account, source.actorUri)
  }
  const fileKey = wish.inPlace === true ? null : `${randomBytes(16).toString('hex')}.zip`
  if (fileKey !== null) await ctx.storage.put(fileKey, file.path, 'application/octet-stream')
  return transact(ctx, async (tx) => {
    await cancelAbandoned(tx.db, account.id, tx.now())
    await makeRoom(tx, account)
    const base = { id: tx.newId(), accountId: account.id, kind: 'archive', fileKey, formerUri: named }
    const row = await insertImport(tx.db, { ...base, fileName: file.name.slice(0, 200), createdAt: tx.now() })
    if (fileKey !== null) await enqueue(tx, 'archive.brought', { importId: row.id })
    return row
  })
}

/** @throws DomainError `invalid` */
async function requireUnchanged(path: string): Promise<void> {
  await verifySigned(path).catch((error: unknown) => {
    throw asRefusal(error)
  })
}

/** An id is taken as it is, since its server may be gone. */
async function findUri(ctx: Context, name: string): Promise<string> {
  if (/^https?:\/\/\S+$/.test(name)) return name
  const { uri } = await getActorByName(ctx, name)
  if (uri === null) throw new DomainError('invalid', 'Name the account elsewhere that it comes from.')
  return uri
}
