import { sql } from 'kysely'
import type { Db, Tx } from '../context.ts'

/** Bytes of a file that came in a kit, from `offset` on, under a key of the storage. */
export type KeptPiece = {
  readonly url: string
  readonly key: string
  readonly offset: number
  readonly bytes: number
}

const kind = 'piece'

/** Among the items of the recovery, where nothing is due for it. @param number where it stands in the kit */
export async function insertKeptPiece(
  tx: Tx,
  recoveryId: string,
  number: string,
  piece: KeptPiece,
): Promise<void> {
  const row = { recoveryId, number, kind, data: JSON.stringify(piece), state: 'done', due: null } as const
  await tx
    .insertInto('recoveryItems')
    .values(row)
    .onConflict((conflict) => conflict.columns(['recoveryId', 'number']).doNothing())
    .execute()
}

/** By their files, in the order of their bytes. */
export async function listKeptPieces(db: Db, recoveryId: string): Promise<KeptPiece[]> {
  const { rows } = await sql<KeptPiece>`
    select data->>'url' as url, data->>'key' as key, (data->>'offset')::float8 as offset,
      (data->>'bytes')::float8 as bytes
    from recovery_items where recovery_id = ${recoveryId}::bigint and kind = ${kind}
    order by data->>'url', (data->>'offset')::bigint`.execute(db)
  return rows
}

/** @returns their keys */
export async function deleteKeptPieces(tx: Tx, recoveryId: string): Promise<string[]> {
  const { rows } = await sql<{ key: string }>`
    delete from recovery_items where recovery_id = ${recoveryId}::bigint and kind = ${kind}
    returning data->>'key' as key`.execute(tx)
  return rows.map(({ key }) => key)
}

const pieceKey = /^\d{1,19}-\d{1,18}-[0-9a-f]{24}\.piece$/

/** Those of these keys that are of a piece. */
export async function findKeptKeys(db: Db, keys: readonly string[]): Promise<ReadonlySet<string>> {
  const asked = keys.filter((key) => pieceKey.test(key))
  if (asked.length === 0) return new Set()
  const { rows } = await sql<{ key: string }>`
    select k.key from unnest(${sql.val(asked)}::text[]) as k (key)
    join recovery_items i on i.recovery_id = split_part(k.key, '-', 1)::bigint
      and i.number = split_part(k.key, '-', 2)::bigint and i.data->>'key' = k.key`.execute(db)
  return new Set(rows.map(({ key }) => key))
}
