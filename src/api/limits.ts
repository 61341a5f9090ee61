import type { Response } from 'express'
import { createRateLimit } from '../lib/rate-limit.ts'
import { ApiError } from './errors.ts'

/** Mastodon's, for each member, or for each address that brings no token: so many within so many milliseconds. */
const buckets = {
  requests: { limit: 300, perMs: 5 * 60_000 },
  uploads: { limit: 30, perMs: 30 * 60_000 },
  deletions: { limit: 30, perMs: 30 * 60_000 },
} as const

/** What is counted beside being a request. */
export type Bucket = Exclude<keyof typeof buckets, 'requests'>

export type ApiLimits = {
  take(key: string, response: Response, now: Date, also?: Bucket): void
}

/**
 * @returns what counts requests, tells how many are left where the fewest are, and throws ApiError 429 when none is.
 *   https://docs.joinmastodon.org/api/rate-limits/
 */
export function createApiLimits(): ApiLimits {
  const counts = {
    requests: createRateLimit(buckets.requests),
    uploads: createRateLimit(buckets.uploads),
    deletions: createRateLimit(buckets.deletions),
  }
  const take = (name: keyof typeof buckets, key: string) => {
    const isTaken = counts[name].take(key)
    return { ...buckets[name], isTaken, left: counts[name].left(key) }
  }
  return {
    take(key, response, now, also) {
      const all = take('requests', key)
      const one = also === undefined || !all.isTaken ? all : take(also, key)
      const scarce = one.left < all.left || !one.isTaken ? one : all
      response.set({
        'X-RateLimit-Limit': String(scarce.limit),
        'X-RateLimit-Remaining': String(scarce.left),
        'X-RateLimit-Reset': new Date(now.getTime() + scarce.perMs).toISOString(),
      })
      if (!scarce.isTaken) throw tooMany(scarce)
    },
  }
}

/** One is there again long before all of them are. */
function tooMany({ limit, perMs }: { limit: number; perMs: number }): ApiError {
  const seconds = Math.ceil(perMs / limit / 1000)
  return new ApiError(429, 'Too many requests', {}, { 'Retry-After': String(seconds) })
}
