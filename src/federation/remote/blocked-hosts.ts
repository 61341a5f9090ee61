import { LRUCache } from 'lru-cache'
import type { Db } from '../../context.ts'
import { isDomainBlocked } from '../../store/hosts.ts'

export type BlockedHosts = { isBlocked(host: string): Promise<boolean> }

/** Asked for every request that comes in: the answer is remembered for ten seconds. */
export function createBlockedHosts(db: Db): BlockedHosts {
  const cache = new LRUCache<string, { blocked: boolean }>({
    max: 10_000,
    ttl: 10_000,
    fetchMethod: async (host) => ({ blocked: await isDomainBlocked(db, host) }),
  })
  return { isBlocked: async (host) => (await cache.forceFetch(host)).blocked }
}
