import { setTimeout as delay } from 'node:timers/promises'
import type { Context } from '../context.ts'
import { forgetUnconfirmed } from '../domain/accounts/decide-application.ts'
import { closeLeftAccounts } from '../domain/accounts/leave.ts'
import { forgetEndedSignIns } from '../domain/auth/forget-ended.ts'
import { pruneArchives } from '../domain/exports/prune-archives.ts'
import { refreshDueKits } from '../domain/kits/refresh-kit.ts'
import { pruneMedia, sweepMediaFiles } from '../domain/media/prune-media.ts'
import { pruneUploads } from '../domain/media/prune-uploads.ts'
import { sweepRecoveries } from '../domain/recovery/take-turn.ts'
import { takeUpOverdue } from '../domain/scheduled/publish-scheduled.ts'
import { sweepThreads } from '../domain/threads/sweep-threads.ts'
import { firstIdAt } from '../lib/ids.ts'
import { purgeIdempotencyKeys } from '../store/idempotency-keys.ts'
import { pruneFinishedJobs } from '../store/jobs.ts'
import { pruneDeliveries, pruneTombstones, purgeExpiredKeys } from '../store/upkeep.ts'

const hourMs = 3600_000
/** How long the ledger tells of what arrived. */
const keptMs = 30 * 24 * hourMs
/** How late a post may come that was taken back before it came. */
const tombstonesKeptMs = 90 * 24 * hourMs

/** Throws away, every hour, what nobody will ask for again. */
export function startUpkeep(ctx: Context): { stop(): Promise<void> } {
  const end = new AbortController()
  const running = keepUp(ctx, end.signal)
  return {
    stop: async () => {
      end.abort()
      await running
    },
  }
}

async function keepUp(ctx: Context, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await tidy(ctx, signal).catch((error: unknown) => ctx.log.warn({ err: error }, 'Upkeep failed'))
    await delay(hourMs, undefined, { signal }).catch(() => undefined)
  }
}

/** One round, as far as it comes before it is told to stop. */
export async function tidy(ctx: Context, signal: AbortSignal): Promise<void> {
  await purgeExpiredKeys(ctx.db)
  await forgetEndedSignIns(ctx)
  await forgetUnconfirmed(ctx)
  await closeLeftAccounts(ctx)
  await takeUpOverdue(ctx)
  await sweepRecoveries(ctx)
  await refreshDueKits(ctx)
  await purgeIdempotencyKeys(ctx.db, ctx.now())
  const finished = new Date(ctx.now().getTime() - hourMs)
  while (!signal.aborted && !(await pruneFinishedJobs(ctx.db, finished)).isDone);
  const lateCreates = new Date(ctx.now().getTime() - tombstonesKeptMs)
  while (!signal.aborted && !(await pruneTombstones(ctx.db, lateCreates)).isDone);
  const oldest = firstIdAt(new Date(ctx.now().getTime() - keptMs))
  while (!signal.aborted && !(await pruneDeliveries(ctx.db, oldest)).isDone);
  if (signal.aborted) return
  await pruneMedia(ctx, ctx.config.mediaCacheBytes)
  await sweepMediaFiles(ctx)
  await pruneUploads(ctx, signal)
  await pruneArchives(ctx, signal)
  await sweepThreads(ctx)
}
