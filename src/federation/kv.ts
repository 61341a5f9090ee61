import type { KvKey, KvStore, KvStoreListEntry, KvStoreSetOptions } from '@fedify/fedify'
import type { Db } from '../context.ts'
import { deleteValue, findValue, listValues, saveValue } from '../store/kv.ts'

/** Fedify's memory. Keys are kept as JSON arrays. */
export class PostgresKvStore implements KvStore {
  readonly #db: Db

  constructor(db: Db) {
    this.#db = db
  }

  async get<T = unknown>(key: KvKey): Promise<T | undefined> {
    return (await findValue(this.#db, encode(key))) as T | undefined
  }

  async set(key: KvKey, value: unknown, options: KvStoreSetOptions = {}): Promise<void> {
    await saveValue(this.#db, encode(key), JSON.stringify(value), expiryOf(options))
  }

  async delete(key: KvKey): Promise<void> {
    await deleteValue(this.#db, encode(key))
  }

  async *list(prefix: KvKey | [] = []): AsyncIterable<KvStoreListEntry> {
    for (const row of await listValues(this.#db, JSON.stringify(prefix).slice(0, -1))) {
      const key = JSON.parse(row.key) as unknown as KvKey
      if (prefix.every((part, index) => key[index] === part)) yield { key, value: row.value }
    }
  }
}

function encode(key: KvKey): string {
  return JSON.stringify(key)
}

function expiryOf({ ttl }: KvStoreSetOptions): Date | null {
  return ttl === undefined ? null : new Date(Date.now() + ttl.total('millisecond'))
}
