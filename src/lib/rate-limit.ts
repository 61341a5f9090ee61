import { LRUCache } from 'lru-cache'

export type RateLimit = {
  /** Whether one is left. */
  has(key: string): boolean
  /** Takes one; false when there is none left. */
  take(key: string): boolean
  /** How many are left, rounded down. */
  left(key: string): number
}

/**
 * A token bucket for each key: so many at once, refilled evenly over the period. Remembers a bounded number of keys,
 * the latest.
 * @param now milliseconds of a clock that never goes back
 */
export function createRateLimit(
  options: { limit: number; perMs: number; maxKeys?: number },
  now: () => number = performance.now.bind(performance),
): RateLimit {
  const { limit, perMs, maxKeys = 10_000 } = options
  const buckets = new LRUCache<string, { tokens: number; at: number }>({ max: maxKeys })
  const tokensOf = (key: string, at: number): number => {
    const bucket = buckets.get(key)
    return bucket === undefined ? limit : Math.min(limit, bucket.tokens + ((at - bucket.at) * limit) / perMs)
  }
  return {
    has: (key) => tokensOf(key, now()) >= 1,
    left: (key) => Math.floor(tokensOf(key, now())),
    take(key) {
      const at = now()
      const tokens = tokensOf(key, at)
      if (tokens < 1) return false
      buckets.set(key, { tokens: tokens - 1, at })
      return true
    },
  }
}
