import type { Db } from '../context.ts'

/** Our accounts that passed something on to their followers which is about this status of somebody else. */
export async function listForwarders(db: Db, statusId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('outgoingActivities')
    .select('accountId')
    .distinct()
    .where('objectId', '=', statusId)
    .whereRef('followersOf', '=', 'accountId')
    .execute()
  return rows.map(({ accountId }) => accountId)
}
