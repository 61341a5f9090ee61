import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { prepareScratchDir } from '../../lib/scratch-dir.ts'
import { dayMs } from '../../lib/time.ts'
import { failArchives, takeExpiredArchives } from '../../store/archives.ts'
import { enqueue } from '../../store/jobs.ts'

/** Longer than any archive is tried. */
const stuckMs = 2 * dayMs
/** How long it is said that one could not be made. */
const failedKeptMs = 7 * dayMs
const batchSize = 100

/**
 * Throws away archives whose week is over, files and all, and what killed processes left of them; gives up those that
 * could not be made.
 */
export async function pruneArchives(ctx: Context, signal?: AbortSignal): Promise<void> {
  const now = ctx.now()
  await prepareScratchDir(ctx.config.dataDir, now)
  const before = (ms: number): Date => new Date(now.getTime() - ms)
  await failArchives(ctx.db, before(stuckMs), 'It could not be made: ask for another one.')
  const over = { now, failedBefore: before(failedKeptMs) }
  for (let last = batchSize; last === batchSize && signal?.aborted !== true;)
    last = await transact(ctx, async (tx) => {
      const taken = await takeExpiredArchives(tx.db, over, batchSize)
      const keys = taken.filter((key) => key !== null)
      if (keys.length > 0) await enqueue(tx, 'media.discarded', { keys })
      return taken.length
    })
}
