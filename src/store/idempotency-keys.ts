import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { Db, Tx } from '../context.ts'

/** So long a key stands for what was made under it. */
const keptMs = 3600_000

/** Of whatever length an app makes them. */
const digest = (key: string) => createHash('sha256').update(key).digest('base64url')

/**
 * Takes a key for a status that is about to be made. Whoever comes with the same key meanwhile waits until this
 * transaction has ended.
 * @returns the id of the status that the key stands for: another one, if it was taken within the hour
 */
export async function claimIdempotencyKey(
  tx: Tx,
  { accountId, key, statusId, at }: { accountId: string; key: string; statusId: string; at: Date },
): Promise<string> {
  const over = new Date(at.getTime() - keptMs)
  const { rows } = await sql<{ statusId: string }>`
    insert into idempotency_keys as k (account_id, key, status_id, created_at)
    values (${accountId}, ${digest(key)}, ${statusId}, ${at})
    on conflict (account_id, key) do update set
      status_id = case when k.created_at < ${over} then excluded.status_id else k.status_id end,
      created_at = case when k.created_at < ${over} then excluded.created_at else k.created_at end
    returning status_id`.execute(tx)
  return rows[0]!.statusId
}

/** The status that a key stands for. */
export async function findByIdempotencyKey(
  db: Db,
  { accountId, key, at }: { accountId: string; key: string; at: Date },
): Promise<string | undefined> {
  const row = await db
    .selectFrom('idempotencyKeys')
    .select('statusId')
    .where('accountId', '=', accountId)
    .where('key', '=', digest(key))
    .where('createdAt', '>=', new Date(at.getTime() - keptMs))
    .executeTakeFirst()
  return row?.statusId
}

export async function purgeIdempotencyKeys(db: Db, now: Date): Promise<void> {
  await db
    .deleteFrom('idempotencyKeys')
    .where('createdAt', '<', new Date(now.getTime() - keptMs))
    .execute()
}
