import { sql } from 'kysely'
import type { Db, Tx } from '../context.ts'

/** Something that arrived, was acknowledged, and then failed for good. */
export type DeadMessage = {
  readonly id: string
  readonly actorUri: string
  readonly receivedAt: Date
  readonly lastError: string | null
}

export async function listDeadMessages(db: Db, limit: number): Promise<DeadMessage[]> {
  return db
    .selectFrom('inboxMessages')
    .select(['id', 'actorUri', 'receivedAt', 'lastError'])
    .where('deadAt', 'is not', null)
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
}

/** @returns how many will be tried again */
export async function replayDeadMessages(tx: Tx, id: string | undefined): Promise<number> {
  let query = tx
    .updateTable('inboxMessages')
    .set({ deadAt: null, attempts: 0, due: sql`now()` })
    .where('deadAt', 'is not', null)
  if (id !== undefined) query = query.where('id', '=', id)
  const { numUpdatedRows } = await query.executeTakeFirstOrThrow()
  if (numUpdatedRows > 0n) await sql`select pg_notify('inbox', '')`.execute(tx)
  return Number(numUpdatedRows)
}
