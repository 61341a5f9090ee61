import type { Response } from 'express'
import { createRateLimit } from '../lib/rate-limit.ts'
import { ApiError } from './errors.ts'

/** Mastodon's: 300 requests in five minutes for each member, or for each address that brings no token. */
const limit = 300
const perMs = 5 * 60_000

export type ApiLimits = { take(key: string, response: Response, now: Date): void }

/** @returns what counts requests, tells how many are left, and throws ApiError 429 when none is */
export function createApiLimits(): ApiLimits {
  const requests = createRateLimit({ limit, perMs })
  return {
    take(key, response, now) {
      const taken = requests.take(key)
      response.set({
        'X-RateLimit-Limit': String(limit),
        'X-RateLimit-Remaining': String(requests.left(key)),
        'X-RateLimit-Reset': new Date(now.getTime() + perMs).toISOString(),
      })
      if (!taken) throw new ApiError(429, 'Too many requests', {}, { 'Retry-After': String(perMs / 1000) })
    },
  }
}
