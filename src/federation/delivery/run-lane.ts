import type { Context } from '../../context.ts'
import { momentOfId } from '../../lib/ids.ts'
import type { Attempt, Delivery } from '../../store/deliveries.ts'
import type { Lane } from '../../store/delivery-lanes.ts'
import { judge, type Verdict } from './judge.ts'
import type { Payloads } from './payloads.ts'
import { postActivity } from './post-activity.ts'
import type { Signers } from './signers.ts'

/** Requests under way to one host at the same time. */
export const hostConcurrency = 4

export type LaneOutcome = {
  readonly lane: Lane
  readonly attempts: readonly Attempt[]
  /** Deliveries whose inbox is gone: if it was a shared one, the people behind it have others. */
  readonly gone: readonly Delivery[]
  /** The last thing that was learnt about the host; undefined when nothing was sent. */
  readonly host: Verdict['host'] | undefined
  readonly error: string | null
}

type Parts = {
  readonly ctx: Pick<Context, 'fetch' | 'now' | 'db'>
  readonly signers: Signers
  readonly payloads: Payloads
  readonly signal: AbortSignal
}

/**
 * Sends what waits for one host, oldest first and a few at a time; what is said of one post arrives in order. Stops
 * as soon as the host turns out to be down or asks for time: the rest waits with the host.
 */
export async function runLane(
  parts: Parts,
  lane: Lane,
  deliveries: readonly Delivery[],
): Promise<LaneOutcome> {
  const attempts: Attempt[] = []
  const gone: Delivery[] = []
  let host: Verdict['host'] | undefined
  let error: string | null = null
  const queues = groupByPost(deliveries)

  const runNext = async (): Promise<void> => {
    for (let queue = queues.shift(); queue !== undefined; queue = queues.shift()) {
      for (const delivery of queue) {
        if (parts.signal.aborted || (host !== undefined && host !== 'up')) return
        const verdict = await attempt(parts, delivery)
        attempts.push(toAttempt(delivery, verdict))
        if (verdict.gone) gone.push(delivery)
        if (host === undefined || host === 'up') [host, error] = [verdict.host, verdict.error]
      }
    }
  }

  const first = lane.failures > 0 ? 1 : hostConcurrency
  await Promise.all(Array.from({ length: first }, runNext))
  return { lane, attempts, gone, host, error }
}

/** Deliveries of the same post to the same inbox follow each other; all others may go side by side. */
function groupByPost(deliveries: readonly Delivery[]): Delivery[][] {
  const groups = new Map<string, Delivery[]>()
  for (const delivery of deliveries) {
    const key = `${delivery.inboxId}/${delivery.objectId ?? delivery.activityId}`
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [delivery])
    else group.push(delivery)
  }
  return [...groups.values()]
}

async function attempt(parts: Parts, delivery: Delivery): Promise<Verdict> {
  const { ctx, signers, payloads } = parts
  const plannedAt = momentOfId(delivery.activityId)
  try {
    const payload = await payloads.payloadOf(delivery.activityId)
    const signer = await signers.signerOf(delivery.accountId, delivery.formerIdentityId)
    const answer = await postActivity(ctx, delivery.url, payload, signer)
    return judge(answer, { attempts: delivery.attempts, plannedAt, now: ctx.now() })
  } catch (failure) {
    return judge({ failure }, { attempts: delivery.attempts, plannedAt, now: ctx.now() })
  }
}

function toAttempt(delivery: Delivery, verdict: Verdict): Attempt {
  const { activityId, inboxId } = delivery
  const { state, retrySeconds, status, error } = verdict
  return { activityId, inboxId, state, retrySeconds, status, error }
}
