import type { Db } from '../context.ts'

/** Our accounts that passed something on which is about this status. */
export async function listForwarders(db: Db, statusId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('outgoingActivities')
    .select('accountId')
    .distinct()
    .where('objectId', '=', statusId)
    .execute()
  return rows.map(({ accountId }) => accountId)
}
