import { sql, type Insertable, type Selectable } from 'kysely'
import type { Db, Tx } from '../context.ts'
import type { Reports } from '../db/schema.ts'

/** What somebody finds wrong with an account and posts of it: for those who moderate. */
export type Report = Selectable<Reports>

const columns = [
  'id',
  'reporterId',
  'targetId',
  'targetUri',
  'statusIds',
  'comment',
  'uri',
  'forwarded',
  'category',
  'ruleIds',
  'createdAt',
  'resolvedAt',
] as const satisfies readonly (keyof Reports)[]

export async function findReport(db: Db, id: string): Promise<Report | undefined> {
  return db.selectFrom('reports').select(columns).where('id', '=', id).executeTakeFirst()
}

export async function listReports(db: Db, ids: readonly string[]): Promise<Report[]> {
  if (ids.length === 0) return []
  return db.selectFrom('reports').select(columns).where('id', 'in', ids).execute()
}

/** The one that is open between these two, held until the transaction ends. */
export async function lockOpenReport(
  tx: Tx,
  reporterId: string,
  targetId: string,
): Promise<Report | undefined> {
  return tx
    .selectFrom('reports')
    .select(columns)
    .where('reporterId', '=', reporterId)
    .where('targetId', '=', targetId)
    .where('resolvedAt', 'is', null)
    .forUpdate()
    .executeTakeFirst()
}

/** @returns false when one between the two was opened meanwhile */
export async function insertReport(tx: Tx, report: Insertable<Reports>): Promise<boolean> {
  const result = await tx
    .insertInto('reports')
    .values(report)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return (result.numInsertedOrUpdatedRows ?? 0n) > 0n
}

export async function updateReport(
  tx: Tx,
  id: string,
  changes: Partial<Pick<Report, 'statusIds' | 'comment' | 'forwarded' | 'category' | 'ruleIds'>>,
): Promise<void> {
  await tx.updateTable('reports').set(changes).where('id', '=', id).execute()
}

/** The open ones, oldest first. */
export async function listOpenReports(db: Db, limit: number): Promise<Report[]> {
  return db
    .selectFrom('reports')
    .select(columns)
    .where('resolvedAt', 'is', null)
    .orderBy('id')
    .limit(limit)
    .execute()
}

/** @returns false when there is none that is open */
export async function resolveReport(db: Db, id: string, at: Date): Promise<boolean> {
  const result = await db
    .updateTable('reports')
    .set({ resolvedAt: at })
    .where('id', '=', id)
    .where('resolvedAt', 'is', null)
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

/** Of these statuses, those that an author has said. */
export async function keepOwnStatuses(db: Db, authorId: string, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return []
  const rows = await db
    .selectFrom('statuses')
    .select('id')
    .where('actorId', '=', authorId)
    .where(sql<boolean>`id = any(${[...ids]}::bigint[])`)
    .execute()
  const own = new Set(rows.map((row) => row.id))
  return ids.filter((id) => own.has(id))
}
