import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { recordAttempts, type Delivery } from '../../store/deliveries.ts'
import { planPersonalDeliveries } from '../../store/delivery-plan.ts'
import { releaseLanes, saveLaneHealth, type Lane, type LaneHealth } from '../../store/delivery-lanes.ts'
import { saveSignatureStyle, type SignatureStyle } from '../../store/hosts.ts'
import { backoff, daysBetween, patience, probeInterval } from './backoff.ts'
import type { Outcome } from './attempt.ts'
import type { LaneEnd } from './run-lane.ts'

export type JudgedAttempt = { readonly lane: Lane; readonly delivery: Delivery; readonly verdict: Outcome }

/** Writes down what became of any number of deliveries, and gives lanes back, in one transaction. */
export async function settle(
  ctx: Context,
  owner: string,
  attempts: readonly JudgedAttempt[],
  ended: readonly LaneEnd[],
): Promise<void> {
  const now = ctx.now()
  await transact(ctx, async ({ db }) => {
    await recordAttempts(
      db,
      attempts.map(({ delivery, verdict }) => ({ ...delivery, ...verdict })),
    )
    for (const style of ['cavage', 'rfc9421'] as const) {
      await saveSignatureStyle(db, listNewlyReached(attempts, style), style)
    }
    for (const { delivery, verdict } of attempts) {
      if (verdict.gone) await planPersonalDeliveries(db, delivery.activityId, delivery.inboxId)
    }
    await saveLaneHealth(
      db,
      owner,
      ended.flatMap((end) => judgeLane(end, now) ?? []),
    )
    await releaseLanes(
      db,
      owner,
      ended.map(({ lane }) => lane.hostId),
    )
  })
}

/** The hosts that took a signature of this style, and not as they did before. */
function listNewlyReached(attempts: readonly JudgedAttempt[], style: SignatureStyle): number[] {
  const reached = attempts.filter(
    ({ lane, verdict }) => verdict.style === style && lane.signatureStyle !== style,
  )
  return [...new Set(reached.map(({ lane }) => lane.hostId))]
}

/** @returns undefined when nothing changes */
function judgeLane({ lane, news, error }: LaneEnd, now: Date): LaneHealth | undefined {
  const { hostId, failures, failingSince, closedUntil } = lane
  if (news === undefined || (news === 'up' && failures === 0 && closedUntil === null)) return undefined
  const before = { hostId, failuresBefore: failures, error }
  if (news === 'up') return { ...before, failures: 0, failingSince: null, closedSeconds: null }
  if (news !== 'down') return { ...before, failures, failingSince, closedSeconds: news.busySeconds }
  const since = failingSince ?? now
  const closedSeconds = restOf(failures + 1, daysBetween(since, now))
  return { ...before, failures: Math.min(failures + 1, 1000), failingSince: since, closedSeconds }
}

/** Seconds for which a host is left alone that has failed for so many days. */
function restOf(failures: number, days: number): number {
  if (days < patience.deliveryDays) return backoff(failures)
  return days < patience.deliveryDays + patience.probeDays ? probeInterval() : Infinity
}
