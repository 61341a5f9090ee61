import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { hourMs } from '../../lib/time.ts'
import { enqueue } from '../../store/jobs.ts'
import { findNeededFiles } from '../recovery/needed-files.ts'
import { deleteMedia, failStuckMedia, findKnownKeys, lockStaleMedia } from '../../store/media.ts'

/** As long as Mastodon keeps what nobody posts. */
const unusedMs = 24 * hourMs
/** Longer than any upload is worked on. */
const stuckMs = 3 * hourMs
const batchSize = 200

/** How much was thrown away: rows with their files, and files without a row. */
export type PrunedUploads = { readonly uploads: number; readonly strays: number }

/**
 * Throws away what was uploaded and has been carried by nothing for a day, pictures that no profile shows any more, and
 * files that nobody knows. What is younger than an hour may still be about to get its row.
 */
export async function pruneUploads(ctx: Context, signal?: AbortSignal): Promise<PrunedUploads> {
  const now = ctx.now().getTime()
  await failStuckMedia(ctx.db, new Date(now - stuckMs), 'The file could not be processed in time')
  const unused = new Date(now - unusedMs)
  let uploads = 0
  for (let last = batchSize; last === batchSize && signal?.aborted !== true; uploads += last)
    last = await discardUnused(ctx, unused)
  return { uploads, strays: await sweepFiles(ctx, new Date(now - hourMs), signal) }
}

async function discardUnused(ctx: Context, before: Date): Promise<number> {
  return transact(ctx, async (tx) => {
    const doomed = await lockStaleMedia(tx.db, before, batchSize)
    if (doomed.length === 0) return 0
    await deleteMedia(
      tx.db,
      doomed.map(({ id }) => id),
    )
    const keys = doomed.flatMap(({ key, previewKey, uploadKey }) => [key, previewKey, uploadKey])
    await enqueue(tx, 'media.discarded', { keys: keys.filter((key) => key !== null) })
    return doomed.length
  })
}

async function sweepFiles(ctx: Context, before: Date, signal: AbortSignal | undefined): Promise<number> {
  let strays = 0
  for await (const keys of ctx.storage.list(before)) {
    if (signal?.aborted === true) break
    const known = new Set([...(await findKnownKeys(ctx.db, keys)), ...(await findNeededFiles(ctx, keys))])
    const unknown = keys.filter((key) => !known.has(key))
    for (const key of unknown) await ctx.storage.delete(key)
    strays += unknown.length
  }
  return strays
}
