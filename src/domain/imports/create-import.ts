import type { Context, TxContext } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { DomainError } from '../../lib/errors.ts'
import type { Actor } from '../../store/actors.ts'
import {
  endImport,
  findImport,
  insertImport,
  insertImportRows,
  updateImport,
  type Import,
  type NewImportRow,
} from '../../store/imports.ts'
import { enqueue } from '../../store/jobs.ts'
import { requireHere } from '../moving/require-here.ts'
import { readKind } from './kinds.ts'
import { makeRoom } from './make-room.ts'
import { openFile, type BroughtFile, type OpenedFile } from './read-file.ts'

export type ImportWish = {
  /** Guessed unless given. */
  readonly kind?: string | undefined
  /** `overwrite`: what is here and not in the file goes, when all rows are dealt with. */
  readonly mode: 'merge' | 'overwrite'
  /** Says what would be done, and does nothing. */
  readonly dryRun: boolean
  /** Asked when the kind is known, before anything is kept. */
  readonly allow?: (kind: OpenedFile['kind']) => void
}

const batchSize = 1000

/**
 * Takes a file that a member brings: its rows are read and kept now, and dealt with afterwards by a job that goes on
 * wherever it was broken off.
 * @throws DomainError `invalid` for what is no such file, of which nothing is kept then; `limited` when there are three
 *   unfinished ones; `forbidden` for an account that has moved
 */
export async function createImport(
  ctx: Context,
  account: Actor,
  file: BroughtFile,
  wish: ImportWish,
): Promise<Import> {
  requireHere(account)
  const kind = wish.kind === undefined || wish.kind === '' ? undefined : readKind(wish.kind)
  if (wish.kind && kind === undefined)
    throw new DomainError('invalid', `${wish.kind.slice(0, 40)} is nothing that can be imported.`)
  const opened = await openFile(file, kind, ctx.config)
  wish.allow?.(opened.kind)
  return transact(ctx, async (tx) => {
    await makeRoom(tx, account)
    const row = await insertImport(tx.db, {
      id: tx.newId(),
      accountId: account.id,
      kind: opened.kind,
      mode: wish.mode,
      dryRun: wish.dryRun,
      fileName: file.name.slice(0, 200),
      createdAt: tx.now(),
    })
    const { total, failed } = await keepRows(tx, row.id, opened)
    if (total === failed)
      throw new DomainError('invalid', `${await firstProblem(opened)} Nothing was imported.`)
    await enqueue(tx, 'import.continued', { importId: row.id })
    return { ...row, total, failed, position: String(failed) }
  })
}

/** @throws DomainError `not_found` unless it is theirs */
export async function getImport(ctx: Pick<Context, 'db'>, account: Actor, id: string): Promise<Import> {
  const found = await findImport(ctx.db, account.id, id)
  if (found !== undefined) return found
  throw new DomainError('not_found', 'There is no such import.')
}

/** What was done stays done; nothing happens when it has ended. @throws DomainError `not_found` */
export async function cancelImport(ctx: Context, account: Actor, id: string): Promise<Import> {
  await getImport(ctx, account, id)
  await endImport(ctx.db, id, 'cancelled', ctx.now())
  return getImport(ctx, account, id)
}

async function keepRows(
  tx: TxContext,
  importId: string,
  opened: OpenedFile,
): Promise<{ total: number; failed: number }> {
  const laps = new Map<string, number>()
  let total = 0
  let failed = 0
  let batch: NewImportRow[] = []
  for await (const { data, subject, host, problem } of opened.rows()) {
    const lap = host === '' ? 0 : (laps.get(host) ?? 0) + 1
    if (host !== '') laps.set(host, lap)
    batch.push({ number: ++total, data, subject, host, lap, problem })
    if (problem !== undefined) failed++
    if (batch.length < batchSize) continue
    await insertImportRows(tx.db, importId, batch)
    batch = []
  }
  await insertImportRows(tx.db, importId, batch)
  await updateImport(tx.db, importId, { total, failed, position: String(failed) })
  return { total, failed }
}

async function firstProblem(opened: OpenedFile): Promise<string> {
  for await (const { problem } of opened.rows()) return `No row can be read: ${problem ?? ''}`
  return 'The file holds no rows.'
}
