import { sql } from 'kysely'
import type { Db } from '../context.ts'

/** What a library remembers under a name, until a moment or for ever. A crash of the database forgets nothing. */
export type KvRow = { readonly key: string; readonly value: unknown }

const isAlive = sql<boolean>`(expires_at is null or expires_at > now())`

export async function findValue(db: Db, key: string): Promise<unknown> {
  const row = await db
    .selectFrom('kv')
    .select('value')
    .where('key', '=', key)
    .where(isAlive)
    .executeTakeFirst()
  return row?.value
}

/** @param value as JSON */
export async function saveValue(db: Db, key: string, value: string, expiresAt: Date | null): Promise<void> {
  const row = { value, expiresAt }
  await db
    .insertInto('kv')
    .values({ key, ...row })
    .onConflict((conflict) => conflict.column('key').doUpdateSet(row))
    .execute()
}

export async function deleteValue(db: Db, key: string): Promise<void> {
  await db.deleteFrom('kv').where('key', '=', key).execute()
}

/** Those whose names begin like this, in their order. */
export async function listValues(db: Db, start: string): Promise<KvRow[]> {
  return db
    .selectFrom('kv')
    .select(['key', 'value'])
    .where(sql<boolean>`starts_with(key, ${start})`)
    .where(isAlive)
    .orderBy('key')
    .execute()
}
