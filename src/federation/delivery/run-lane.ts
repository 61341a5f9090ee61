import type { Delivery } from '../../store/deliveries.ts'
import type { Lane } from '../../store/delivery-lanes.ts'
import type { Outcome } from './attempt.ts'
import type { HostNews } from './judge.ts'

/** Requests under way to one host at the same time. */
const hostConcurrency = 4

/** What was learnt about a host in the end; `news` is undefined when it was not asked. */
export type LaneEnd = {
  readonly lane: Lane
  readonly news: HostNews | undefined
  readonly error: string | null
}

export type LaneHooks = {
  attempt(delivery: Delivery): Promise<Outcome | undefined>
  /** Whether the host is still ours for as long as an attempt may take. */
  mayBegin(): boolean
  report(delivery: Delivery, verdict: Outcome): void
}

/**
 * Sends what waits for one host, oldest first and a few at a time, or one at a time where it failed or asked for rest
 * before. Stops as soon as the host turns out to be down or asks for time: the others wait with the host.
 * @throws what `attempt` throws, when all that was under way has ended
 */
export async function runLane(
  hooks: LaneHooks,
  lane: Lane,
  deliveries: readonly Delivery[],
): Promise<LaneEnd> {
  const waiting = [...deliveries]
  let news: HostNews | undefined
  let error: string | null = null
  let halted = false

  const runNext = async (): Promise<void> => {
    while (!halted && hooks.mayBegin()) {
      const delivery = waiting.shift()
      if (delivery === undefined) return
      const verdict = await hooks.attempt(delivery).catch((error: unknown) => {
        halted = true
        throw error
      })
      if (verdict === undefined) return
      hooks.report(delivery, verdict)
      if (!halted) [news, error] = [verdict.host, verdict.error]
      halted ||= verdict.host !== 'up'
    }
  }

  const sober = lane.failures > 0 || lane.closedUntil !== null
  const runners = Array.from({ length: sober ? 1 : hostConcurrency }, runNext)
  await throwAfterAll(runners)
  return { lane, news, error }
}

async function throwAfterAll(promises: readonly Promise<void>[]): Promise<void> {
  await Promise.allSettled(promises)
  await Promise.all(promises)
}
