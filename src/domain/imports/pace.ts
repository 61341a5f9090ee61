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
 * @param mayAsk false as soon as the host is to be left alone
 * @throws NotNow when it is, or when the turn comes after the end
 */
export async function awaitTurn(host: string, end: number, mayAsk: () => boolean): Promise<void> {
  for (;;) {
    const now = performance.now()
    const at = nextTurns.get(host) ?? 0
    if (!mayAsk() || Math.max(now, at) > end) throw new NotNow()
    if (at <= now) break
    await delay(Math.ceil(at - now))
  }
  nextTurns.set(host, performance.now() + everyMs)
}
