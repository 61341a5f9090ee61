import type { Context } from '../../../context.ts'
import { transact } from '../../../db/transact.ts'
import { DomainError } from '../../../lib/errors.ts'
import { findActor, type Actor } from '../../../store/actors.ts'
import { advanceArchive, describeArchiveImport, dropArchiveFile } from '../../../store/archive-imports.ts'
import { joinImportedThreads, listOwnByFormerUri } from '../../../store/imported-posts.ts'
import { endImport, findImportState, leaseImport, type Import, updateImport } from '../../../store/imports.ts'
import { enqueue } from '../../../store/jobs.ts'
import { createAsking } from './ask-elsewhere.ts'
import { fetchFile, lying, removeCopies } from './fetch-file.ts'
import { findFormer } from './find-former.ts'
import { gatherBatches } from './gather-batches.ts'
import { openSource } from './open-source.ts'
import { prepareItem, type Bringing, type Prepared } from './prepare-item.ts'
import { proveFormer } from './prove-former.ts'
import type { ArchiveItem, ArchiveSource } from './source.ts'
import { storeBatch } from './store-batch.ts'

/** One job works for so long, before another goes on. */
const turnMs = 20 * 60_000
/** Longer than most batches take; where one takes longer, somebody else may overtake it, and only one counts. */
const leaseMs = 3 * 60_000
const askAgainMs = 60_000

/** The job: takes in what a member uploaded, and sees to it that it is gone on with. */
export async function continueArchive(ctx: Context, { importId }: { importId: string }): Promise<void> {
  const next = await workOnArchive(ctx, importId)
  if (next === undefined) return discardFile(ctx, importId)
  await transact(ctx, (tx) => enqueue(tx, 'archive.brought', { importId }, { startAfter: next }))
}

/**
 * Takes in an archive from where it was broken off until it is done or the turn ends.
 * @param path where it lies, if not in the storage
 * @returns when to go on; undefined when it has ended
 */
export async function workOnArchive(
  ctx: Context,
  importId: string,
  path?: string,
): Promise<Date | undefined> {
  const now = ctx.now()
  const found = await leaseImport(ctx.db, importId, now, new Date(now.getTime() + leaseMs))
  if (found === undefined) {
    const state = (await findImportState(ctx.db, importId))?.state
    return state === 'pending' || state === 'running' ? new Date(now.getTime() + askAgainMs) : undefined
  }
  const outcome = await takeTurn(ctx, found, path).catch((error: unknown) => explain(error))
  if (outcome === 'overtaken') return workOnArchive(ctx, importId, path)
  if (outcome === 'broken off') {
    await updateImport(ctx.db, importId, { leasedUntil: null })
    return ctx.now()
  }
  const { problem } = outcome
  await endImport(ctx.db, importId, problem === null ? 'done' : 'failed', ctx.now(), problem)
  return undefined
}

type Outcome = 'overtaken' | 'broken off' | { readonly problem: string | null }

function explain(error: unknown): Outcome {
  if (error instanceof Ended) return 'overtaken'
  if (error instanceof DomainError && error.code !== 'unavailable') return { problem: error.message }
  throw error
}

async function discardFile(ctx: Context, importId: string): Promise<void> {
  await removeCopies(ctx, importId)
  const key = await dropArchiveFile(ctx.db, importId)
  if (key !== undefined) await ctx.storage.delete(key)
}

async function takeTurn(ctx: Context, found: Import, path: string | undefined): Promise<Outcome> {
  const account = requireHere(await findActor(ctx.db, found.accountId))
  await using file = path === undefined ? await fetchFile(ctx, found) : lying(path)
  await using source = await openSource(file.path, findFormer(account, found.formerUri))
  const claim = await proveFormer(ctx, account, source.actorUri)
  if (found.total === null) {
    const total = await countItems(source)
    const { actorUri: formerUri, software } = source
    await describeArchiveImport(ctx.db, found.id, { formerUri, software, total })
  }
  const bringing = { account, source, claim, asking: createAsking(ctx, account) }
  return await takeBatches(ctx, found, bringing)
}

function requireHere(account: Actor | undefined): Actor {
  if (account === undefined || account.deletedAt !== null || account.suspendedAt !== null)
    throw new DomainError('forbidden', 'The account may not act.')
  if (account.movedTo !== null) throw new DomainError('forbidden', 'The account has moved away.')
  return account
}

/** Reads all of it once: what is damaged anywhere is refused before anything of it is taken in. */
async function countItems(source: ArchiveSource): Promise<number> {
  let total = 0
  for await (const _ of source.items()) total++
  return total
}

async function takeBatches(ctx: Context, found: Import, bringing: Bringing): Promise<Outcome> {
  const end = performance.now() + turnMs
  let position = found.position
  for await (const batch of gatherBatches(bringing.source.items(), Number(position))) {
    if (performance.now() > end) return 'broken off'
    position = await takeBatch(ctx, { id: found.id, position }, bringing, batch)
  }
  await transact(ctx, (tx) => joinImportedThreads(tx.db, bringing.account.id))
  return { problem: null }
}

/** @returns the position after it. @throws Ended */
async function takeBatch(
  ctx: Context,
  at: Pick<Import, 'id' | 'position'>,
  bringing: Bringing,
  batch: readonly ArchiveItem[],
): Promise<string> {
  const known = await listOwnByFormerUri(ctx.db, bringing.account.id, batch.flatMap(idOf))
  const prepared: Prepared[] = []
  for (const item of batch) prepared.push(await prepareItem(ctx, bringing, item, (uri) => known.has(uri)))
  const leasedUntil = new Date(ctx.now().getTime() + leaseMs)
  return transact(ctx, async (tx) => {
    const progress = await storeBatch(tx, bringing.account, prepared, Number(at.position) + 1)
    if (await advanceArchive(tx.db, at, progress, leasedUntil)) return String(progress.position)
    throw new Ended()
  })
}

/** It was stopped, or somebody else got further: what is not stored yet is not. */
class Ended extends Error {}

function idOf(item: ArchiveItem): string[] {
  const id = item.kind === 'post' ? item.document['id'] : undefined
  return typeof id === 'string' ? [id] : []
}
