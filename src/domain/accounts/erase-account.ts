import type { Context, TxContext } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { dayMs } from '../../lib/time.ts'
import { findActor } from '../../store/actors.ts'
import {
  blankAccount,
  deleteLettersOf,
  deleteOwnRows,
  deletePrivateKeysOf,
  hasPendingDeliveries,
  listUnburied,
  takeMediaOf,
} from '../../store/departures.ts'
import { takeArchivesOf } from '../../store/archives.ts'
import { takeImportFilesOf } from '../../store/imports.ts'
import { enqueue } from '../../store/jobs.ts'
import { takeLockersOf } from '../../store/lockers.ts'
import { buryPost } from '../../store/statuses.ts'

/** So much is erased by one transaction, and for so long by one job, before another goes on. */
const batchSize = 100
const turnMs = 20_000

/**
 * Erases what a deleted account leaves behind: posts, files, follows, choices, tokens, the address. Each step is
 * committed by itself and finds what is still to do, so that it goes on wherever it was broken off. The keys stay until
 * everybody has been told; the name stays for ever.
 */
export async function eraseAccount(ctx: Context, { accountId }: { accountId: string }): Promise<void> {
  const account = await findActor(ctx.db, accountId)
  if (account === undefined || !account.isLocal || account.deletedAt === null) return
  const end = performance.now() + turnMs
  for (const step of [
    buryPosts,
    discardMedia,
    discardImports,
    discardArchives,
    emptyLockers,
    forgetLetters,
  ]) {
    let isDone = false
    while (!isDone) {
      if (performance.now() > end) return goOn(ctx, accountId)
      isDone = await transact(ctx, (tx) => step(tx, accountId))
    }
  }
  await transact(ctx, async (tx) => {
    await deleteOwnRows(tx.db, accountId)
    await blankAccount(tx.db, accountId)
  })
  if (await hasPendingDeliveries(ctx.db, accountId)) return goOn(ctx, accountId, dayMs)
  await transact(ctx, (tx) => deletePrivateKeysOf(tx.db, accountId))
}

async function goOn(ctx: Context, accountId: string, afterMs = 0): Promise<void> {
  const startAfter = new Date(ctx.now().getTime() + afterMs)
  await transact(ctx, (tx) => enqueue(tx, 'account.erasing', { accountId }, { startAfter }))
}

async function buryPosts(tx: TxContext, accountId: string): Promise<boolean> {
  const ids = await listUnburied(tx.db, accountId, batchSize)
  for (const id of ids) await buryPost(tx.db, id, tx.now())
  return ids.length < batchSize
}

async function discardMedia(tx: TxContext, accountId: string): Promise<boolean> {
  const keys = await takeMediaOf(tx.db, accountId, batchSize)
  if (keys.length > 0) await enqueue(tx, 'media.discarded', { keys })
  return keys.length === 0
}

/** Files that were brought here and are not dealt with yet. */
async function discardImports(tx: TxContext, accountId: string): Promise<boolean> {
  const keys = await takeImportFilesOf(tx.db, accountId)
  if (keys.length > 0) await enqueue(tx, 'media.discarded', { keys })
  return true
}

async function discardArchives(tx: TxContext, accountId: string): Promise<boolean> {
  const keys = await takeArchivesOf(tx.db, accountId)
  if (keys.length > 0) await enqueue(tx, 'media.discarded', { keys })
  return true
}

async function emptyLockers(tx: TxContext, accountId: string): Promise<boolean> {
  const taken = await takeLockersOf(tx.db, accountId, batchSize)
  const keys = taken.filter((key) => key !== '')
  if (keys.length > 0) await enqueue(tx, 'media.discarded', { keys })
  return taken.length < batchSize
}

function forgetLetters(tx: TxContext, accountId: string): Promise<boolean> {
  return deleteLettersOf(tx.db, accountId, batchSize)
}
