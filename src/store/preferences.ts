import type { Db } from '../context.ts'
import type { Json } from '../db/schema.ts'

/** What a member chose, as JSON: whoever reads it knows what to make of it. */
export async function findPreferences(db: Db, accountId: string): Promise<Json | undefined> {
  const row = await db
    .selectFrom('users')
    .select('preferences')
    .where('accountId', '=', accountId)
    .executeTakeFirst()
  return row?.preferences
}
