import { LRUCache } from 'lru-cache'

export type Contacts = { note(host: string): Promise<void> }

/** A host that speaks to us is alive. Said once a minute for each, not for every message. */
export function createContacts(save: (host: string) => Promise<unknown>): Contacts {
  const noted = new LRUCache<string, true>({ max: 10_000, ttl: 60_000 })
  return {
    async note(host) {
      if (noted.has(host)) return
      await save(host)
      noted.set(host, true)
    },
  }
}
