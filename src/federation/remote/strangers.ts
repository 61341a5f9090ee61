import { LRUCache } from 'lru-cache'
import { getDomain } from 'tldts'
import { hourMs } from '../../lib/time.ts'

const perHour = 100

/** Whether one more actor of a host may be met that was never seen before. */
export type Strangers = { take(host: string): boolean }

/**
 * Whoever makes up servers and people on them makes us meet a hundred of them in any hour, and no more: counted by
 * registrable domain, so that subdomains do not multiply them.
 * @param now milliseconds of a clock that never goes back
 */
export function createStrangers(now: () => number = performance.now.bind(performance)): Strangers {
  const met = new LRUCache<string, number[]>({ max: 10_000 })
  return {
    take(host) {
      const domain = getDomain(host) ?? host
      const at = now()
      const lately = (met.get(domain) ?? []).filter((moment) => moment > at - hourMs)
      if (lately.length >= perHour) return false
      met.set(domain, [...lately, at])
      return true
    },
  }
}
