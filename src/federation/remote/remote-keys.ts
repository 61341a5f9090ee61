import type { KeyObject } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { Db } from '../../context.ts'
import { parsePublicKey } from '../../lib/signatures/keys.ts'
import { createRateLimit } from '../../lib/rate-limit.ts'
import { findRemoteKey } from '../../store/keys.ts'

/** A key and whose it is, by the word of the owner's own actor document. */
export type BoundKey = { readonly publicKey: KeyObject; readonly actorUri: string }

export type RemoteKeys = {
  /** From memory, the database, or the owner's server; undefined when it is not to be had. */
  find(keyId: string): Promise<BoundKey | undefined>
  /** From the owner's server again, unless that was done lately; the stored key stays when the server is silent. */
  refresh(keyId: string): Promise<BoundKey | undefined>
}

const refetchMs = 10 * 60_000
const memoryMs = 5 * 60_000

/**
 * Keys as the gate needs them: parsed once, and fetched at most once in ten minutes for each id, whatever a stranger
 * claims to sign with.
 * @param fetchOwner fetches the actor that owns a key and stores it with all keys that it lists
 */
export function createRemoteKeys(db: Db, fetchOwner: (keyId: string) => Promise<void>): RemoteKeys {
  const parsed = new LRUCache<string, BoundKey>({ max: 20_000, ttl: memoryMs })
  const mayFetch = createRateLimit({ limit: 1, perMs: refetchMs })
  const underWay = new Map<string, Promise<void>>()

  const load = async (keyId: string): Promise<BoundKey | undefined> => {
    const stored = await findRemoteKey(db, keyId)
    const publicKey = stored && parsePublicKey(stored.publicKey)
    if (stored === undefined || publicKey === undefined) return undefined
    const key = { publicKey, actorUri: stored.actorUri }
    parsed.set(keyId, key)
    return key
  }

  const fetchOnce = async (keyId: string): Promise<void> => {
    const running = underWay.get(keyId)
    if (running !== undefined) return running
    if (!mayFetch.take(keyId)) return
    const fetching = fetchOwner(keyId).finally(() => underWay.delete(keyId))
    underWay.set(keyId, fetching)
    return fetching
  }

  const refresh = async (keyId: string): Promise<BoundKey | undefined> => {
    await fetchOnce(keyId)
    parsed.delete(keyId)
    return load(keyId)
  }

  return {
    refresh,
    find: async (keyId) => parsed.get(keyId) ?? (await load(keyId)) ?? (await refresh(keyId)),
  }
}
