import { setTimeout as delay } from 'node:timers/promises'
import { LRUCache } from 'lru-cache'

/** A host is asked or told something for an import so often, whoever's imports they are. */
const everyMs = 1000

/** When each host may be turned to next, by the clock of the process. */
const nextTurns = new LRUCache<string, number>({ max: 10_000 })

/** A row must wait until another time: nothing was done. */
export class NotNow extends Error {}

/**
 * Waits until it is a host's turn.
 * @param end a moment of `performance.now()`
 * @throws NotNow when that is later than the end
 */
export async function awaitTurn(host: string, end: number): Promise<void> {
  const now = performance.now()
  const at = Math.max(now, nextTurns.get(host) ?? 0)
  if (at > end) throw new NotNow()
  nextTurns.set(host, at + everyMs)
  if (at > now) await delay(at - now)
}
