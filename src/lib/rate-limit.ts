import { LRUCache } from 'lru-cache'

export type RateLimit = {
  /** Takes one; false when there is none left. */
  take(key: string): boolean
}

/**
 * A token bucket for each key: so many at once, refilled evenly over the period. Remembers a bounded number of keys,
 * the latest.
 */
export function createRateLimit(
  options: { limit: number; perMs: number },
  now: () => number = performance.now.bind(performance),
): RateLimit {
  const buckets = new LRUCache<string, { tokens: number; at: number }>({ max: 10_000 })
  const refill = options.limit / options.perMs
  return {
    take(key) {
      const at = now()
      const bucket = buckets.get(key) ?? { tokens: options.limit, at }
      const tokens = Math.min(options.limit, bucket.tokens + (at - bucket.at) * refill)
      buckets.set(key, { tokens: Math.max(tokens - 1, 0), at })
      return tokens >= 1
    },
  }
}
