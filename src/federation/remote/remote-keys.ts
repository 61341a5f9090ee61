import type { KeyObject } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { Db } from '../../context.ts'
import { parsePublicKey } from '../../lib/signatures/keys.ts'
import { createRateLimit } from '../../lib/rate-limit.ts'
import { findRemoteKey } from '../../store/keys.ts'

/** A key and whose it is, by the word of the owner's own actor document. */
export type BoundKey = { readonly publicKey: KeyObject; readonly actorUri: string }

export type RemoteKeys = {
  /** From memory or the database. */
  find(keyId: string): Promise<BoundKey | undefined>
  /**
   * From the owner's server, unless that was asked for this key lately; the stored key stays when the server is silent.
   * @param mayAsk asked before a request is made; `limited` when it says no
   * @returns `unavailable` when it is not known and its server did not answer lately: it may be had another time
   */
  refresh(keyId: string, mayAsk: () => boolean): Promise<BoundKey | 'limited' | 'unavailable' | undefined>
}

const askAgainMs = 10 * 60_000
/** How long a key that its owner has replaced may go on being believed by a process that knew it. */
const memoryMs = 60_000

/**
 * Keys as the gate needs them: parsed once, and fetched at most once in ten minutes for each id, whatever a stranger
 * claims to sign with.
 * @param fetchOwner fetches the actor that owns a key and stores it with all keys that it lists; says when its server
 *   does not answer
 */
export function createRemoteKeys(
  db: Db,
  fetchOwner: (keyId: string) => Promise<'unavailable' | void>,
  now: () => number = performance.now.bind(performance),
): RemoteKeys {
  const parsed = new LRUCache<string, BoundKey>({
    max: 20_000,
    ttl: memoryMs,
    ttlResolution: 0,
    perf: { now },
  })
  const mayAskAgain = createRateLimit({ limit: 1, perMs: askAgainMs }, now)
  const silent = new LRUCache<string, true>({ max: 10_000, ttl: askAgainMs })
  const underWay = new Map<string, Promise<void>>()

  const load = async (keyId: string): Promise<BoundKey | undefined> => {
    const stored = await findRemoteKey(db, keyId)
    const publicKey = stored && parsePublicKey(stored.publicKey)
    if (stored === undefined || publicKey === undefined) return undefined
    const key = { publicKey, actorUri: stored.actorUri }
    parsed.set(keyId, key)
    return key
  }

  const ask = (keyId: string, mayAsk: () => boolean): Promise<void> | 'limited' | undefined => {
    const running = underWay.get(keyId)
    if (running !== undefined) return running
    if (!mayAskAgain.has(keyId)) return undefined
    if (!mayAsk()) return 'limited'
    mayAskAgain.take(keyId)
    const asking = fetchOwner(keyId)
      .then((problem) => void (problem === 'unavailable' ? silent.set(keyId, true) : silent.delete(keyId)))
      .finally(() => underWay.delete(keyId))
    underWay.set(keyId, asking)
    return asking
  }

  return {
    find: async (keyId) => parsed.get(keyId) ?? load(keyId),
    async refresh(keyId, mayAsk) {
      if ((await ask(keyId, mayAsk)) === 'limited') return 'limited'
      parsed.delete(keyId)
      return (await load(keyId)) ?? (silent.has(keyId) ? 'unavailable' : undefined)
    },
  }
}
