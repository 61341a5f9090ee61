import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { recordAttempts } from '../../store/deliveries.ts'
import { planPersonalDeliveries } from '../../store/delivery-plan.ts'
import { releaseLanes, retireLanes, type LaneResult } from '../../store/delivery-lanes.ts'
import { backoff, daysBetween, patience, probeInterval } from './backoff.ts'
import type { LaneOutcome } from './run-lane.ts'

/** Writes down what became of any number of lanes, and gives them back, in one transaction. */
export async function settleLanes(
  ctx: Context,
  owner: string,
  outcomes: readonly LaneOutcome[],
): Promise<void> {
  const now = ctx.now()
  const results = outcomes.map((outcome) => judgeLane(outcome, now))
  await transact(ctx, async (tx) => {
    await recordAttempts(
      tx.db,
      outcomes.flatMap((outcome) => outcome.attempts),
    )
    for (const { activityId, inboxId } of outcomes.flatMap((outcome) => outcome.gone)) {
      await planPersonalDeliveries(tx.db, activityId, inboxId)
    }
    await releaseLanes(tx.db, owner, results)
    await retireLanes(
      tx.db,
      results.filter((result) => isGivenUp(result, now)).map((result) => result.hostId),
    )
  })
}

function judgeLane({ lane, host, error }: LaneOutcome, now: Date): LaneResult {
  const { hostId, failures, failingSince } = lane
  if (host === undefined) return { hostId, waitSeconds: null, failures, failingSince, error: null }
  if (host === 'up') return { hostId, waitSeconds: null, failures: 0, failingSince: null, error: null }
  if (host !== 'down') return { hostId, waitSeconds: host.busySeconds, failures, failingSince, error }
  const since = failingSince ?? now
  const isDead = daysBetween(since, now) >= patience.deliveryDays
  const waitSeconds = isDead ? probeInterval() : backoff(failures + 1)
  return { hostId, waitSeconds, failures: Math.min(failures + 1, 1000), failingSince: since, error }
}

function isGivenUp({ failingSince }: LaneResult, now: Date): boolean {
  return failingSince !== null && daysBetween(failingSince, now) >= patience.deliveryDays + patience.probeDays
}
