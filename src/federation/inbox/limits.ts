import { LRUCache } from 'lru-cache'
import { getDomain } from 'tldts'
import { createRateLimit } from '../../lib/rate-limit.ts'

/** How much of our time each server gets, counted by registrable domain, so that subdomains do not multiply it. */
export type GateLimits = {
  /** Takes one request of this host's share; true when there is none left. */
  isExhausted(host: string): boolean
  /** A request whose signature did not verify: too many of them shut the host out for a while. */
  noteFailure(host: string): void
}

const minute = 60_000

export function createGateLimits(): GateLimits {
  const requests = createRateLimit({ limit: 3000, perMs: minute })
  const failures = createRateLimit({ limit: 300, perMs: minute })
  const shutOut = new LRUCache<string, true>({ max: 10_000, ttl: minute })
  return {
    isExhausted: (host) => shutOut.has(siteOf(host)) || !requests.take(siteOf(host)),
    noteFailure: (host) => {
      if (!failures.take(siteOf(host))) shutOut.set(siteOf(host), true)
    },
  }
}

/** For trials on one machine, where everybody is the same host. */
export const noGateLimits: GateLimits = { isExhausted: () => false, noteFailure: () => undefined }

function siteOf(host: string): string {
  return getDomain(host) ?? host
}
