import type { Db, Tx } from '../context.ts'

export type AuditEntry = {
  readonly id: string
  readonly act: string
  readonly detail: Readonly<Record<string, unknown>>
  readonly network: string | null
  readonly at: Date
}

export async function insertAuditEntry(tx: Tx, entry: AuditEntry & { accountId: string }): Promise<void> {
  await tx
    .insertInto('auditLog')
    .values({ ...entry, detail: JSON.stringify(entry.detail) })
    .execute()
}

/** Newest first. */
export async function listAuditEntries(db: Db, accountId: string, limit: number): Promise<AuditEntry[]> {
  const rows = await db
    .selectFrom('auditLog')
    .select(['id', 'act', 'detail', 'network', 'at'])
    .where('accountId', '=', accountId)
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
  return rows as AuditEntry[]
}

export async function countAuditEntries(
  db: Db,
  accountId: string,
  act: string,
  since: Date,
): Promise<number> {
  const row = await db
    .selectFrom('auditLog')
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .where('accountId', '=', accountId)
    .where('act', '=', act)
    .where('at', '>', since)
    .executeTakeFirstOrThrow()
  return Number(row.count)
}

export async function pruneAuditLog(db: Db, before: Date): Promise<void> {
  await db.deleteFrom('auditLog').where('at', '<', before).execute()
}
