import type { KvKey, KvStore, KvStoreListEntry, KvStoreSetOptions } from '@fedify/fedify'
import { sql } from 'kysely'
import type { Db } from '../context.ts'

/** Fedify's memory, in a logged table: a crash of the database forgets nothing. Keys are kept as JSON arrays. */
export class PostgresKvStore implements KvStore {
  readonly #db: Db

  constructor(db: Db) {
    this.#db = db
  }

  async get<T = unknown>(key: KvKey): Promise<T | undefined> {
    const row = await this.#db
      .selectFrom('kv')
      .select('value')
      .where('key', '=', encode(key))
      .where(isAlive)
      .executeTakeFirst()
    return row?.value as T | undefined
  }

  async set(key: KvKey, value: unknown, options: KvStoreSetOptions = {}): Promise<void> {
    const row = { value: JSON.stringify(value), expiresAt: expiryOf(options) }
    await this.#db
      .insertInto('kv')
      .values({ key: encode(key), ...row })
      .onConflict((conflict) => conflict.column('key').doUpdateSet(row))
      .execute()
  }

  async delete(key: KvKey): Promise<void> {
    await this.#db.deleteFrom('kv').where('key', '=', encode(key)).execute()
  }

  async *list(prefix: KvKey | [] = []): AsyncIterable<KvStoreListEntry> {
    const start = JSON.stringify(prefix).slice(0, -1)
    const rows = await this.#db
      .selectFrom('kv')
      .select(['key', 'value'])
      .where(sql<boolean>`starts_with(key, ${start})`)
      .where(isAlive)
      .orderBy('key')
      .execute()
    for (const row of rows) {
      const key = JSON.parse(row.key) as unknown as KvKey
      if (prefix.every((part, index) => key[index] === part)) yield { key, value: row.value }
    }
  }
}

const isAlive = sql<boolean>`(expires_at is null or expires_at > now())`

function encode(key: KvKey): string {
  return JSON.stringify(key)
}

function expiryOf({ ttl }: KvStoreSetOptions): Date | null {
  return ttl === undefined ? null : new Date(Date.now() + ttl.total('millisecond'))
}
