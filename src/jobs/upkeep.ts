import { setTimeout as delay } from 'node:timers/promises'
import type { Context, Db } from '../context.ts'
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
import { hourMs } from '../lib/time.ts'
import { purgeIdempotencyKeys } from '../store/idempotency-keys.ts'
import { pruneFinishedJobs } from '../store/jobs.ts'
import { pruneLinkPreviews } from '../store/link-previews.ts'
import { pruneDeliveries, pruneTombstones, purgeExpiredKeys } from '../store/upkeep.ts'

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
    await tidy(ctx, signal)
    await delay(hourMs, undefined, { signal }).catch(() => undefined)
  }
}

type Step = (ctx: Context, signal: AbortSignal) => Promise<unknown>

/** In this order; first what somebody waits for. */
const steps: Readonly<Record<string, Step>> = {
  'expired keys': ({ db }) => purgeExpiredKeys(db),
  'ended sign-ins': forgetEndedSignIns,
  'unconfirmed accounts': forgetUnconfirmed,
  'accounts that left': closeLeftAccounts,
  'overdue posts': takeUpOverdue,
  recoveries: sweepRecoveries,
  'recovery kits': refreshDueKits,
  'idempotency keys': ({ db, now }) => purgeIdempotencyKeys(db, now()),
  'finished jobs': inBatches(hourMs, pruneFinishedJobs),
  tombstones: inBatches(tombstonesKeptMs, pruneTombstones),
  deliveries: inBatches(keptMs, (db, before) => pruneDeliveries(db, firstIdAt(before))),
  'link previews': inBatches(keptMs, pruneLinkPreviews),
  'cached media': (ctx) => pruneMedia(ctx, ctx.config.mediaCacheBytes),
  'stray cached media': sweepMediaFiles,
  uploads: pruneUploads,
  archives: pruneArchives,
  threads: sweepThreads,
}

/** One round, as far as it comes before it is told to stop. A step that fails is logged, and the others are taken. */
export async function tidy(ctx: Context, signal: AbortSignal): Promise<void> {
  for (const [what, step] of Object.entries(steps)) {
    if (signal.aborted) return
    await step(ctx, signal).catch((error: unknown) => ctx.log.warn({ err: error, what }, 'Upkeep failed'))
  }
}

/** Of what is older than `ageMs`, a batch at a time. */
function inBatches(ageMs: number, prune: (db: Db, before: Date) => Promise<{ isDone: boolean }>): Step {
  return async ({ db, now }, signal) => {
    const before = new Date(now().getTime() - ageMs)
    while (!signal.aborted && !(await prune(db, before)).isDone);
  }
}
