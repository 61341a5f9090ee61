import { sql, type RawBuilder, type SqlBool } from 'kysely'
import type { Db, Tx } from '../context.ts'

export type HiddenTrend = { readonly name: string; readonly createdAt: Date }

/** Again changes nothing. */
export async function insertHiddenTrend(tx: Tx, name: string, at: Date): Promise<void> {
  await tx
    .insertInto('hiddenTrends')
    .values({ name, createdAt: at })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

export async function deleteHiddenTrend(tx: Tx, name: string): Promise<void> {
  await tx.deleteFrom('hiddenTrends').where('name', '=', name).execute()
}

export async function listHiddenTrends(db: Db): Promise<HiddenTrend[]> {
  return db.selectFrom('hiddenTrends').select(['name', 'createdAt']).orderBy('name').execute()
}

/** Whether an operator lets these trend. @param names each with one */
export function mayTrendAs(...names: readonly RawBuilder<unknown>[]): RawBuilder<SqlBool> {
  return sql`not exists (select from hidden_trends h where h.name in (${sql.join([...names])}))`
}
