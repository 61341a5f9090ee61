import { getDomain } from 'tldts'
import { createRateLimit } from '../../lib/rate-limit.ts'

/**
 * How much of our time each server gets, counted by registrable domain, so that subdomains do not multiply it. Each
 * takes one of a host's share; false when there is none left.
 */
export type GateLimits = {
  /** A request that this host has signed beyond doubt: nobody can use up the share of somebody else. */
  takeRequest(host: string): boolean
  /** Asking this host for a key that we do not have, because somebody claims to sign with it. */
  takeLookup(host: string): boolean
  /** Asking others for what this host has passed on. */
  takeHint(host: string): boolean
  /** Verifying a signature inside what this host has passed on: of all hosts together there are only so many, too. */
  takeCarried(host: string): boolean
}

const perMinute = { requests: 3000, lookups: 300, hints: 60, carried: 30, allCarried: 120 } as const

export function createGateLimits(): GateLimits {
  const limitOf = (limit: number): ((host: string) => boolean) => {
    const bucket = createRateLimit({ limit, perMs: 60_000 })
    return (host) => bucket.take(getDomain(host) ?? host)
  }
  const carried = { ofHost: limitOf(perMinute.carried), ofAll: limitOf(perMinute.allCarried) }
  return {
    takeRequest: limitOf(perMinute.requests),
    takeLookup: limitOf(perMinute.lookups),
    takeHint: limitOf(perMinute.hints),
    takeCarried: (host) => carried.ofHost(host) && carried.ofAll('all'),
  }
}

/** For trials on one machine, where everybody is the same host. */
export const noGateLimits: GateLimits = {
  takeRequest: () => true,
  takeLookup: () => true,
  takeHint: () => true,
  takeCarried: () => true,
}
