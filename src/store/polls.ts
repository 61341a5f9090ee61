import type { Selectable } from 'kysely'
import type { Db } from '../context.ts'
import type { Polls } from '../db/schema.ts'

const columns = [
  'statusId',
  'multiple',
  'options',
  'votes',
  'voters',
  'endsAt',
  'closedAt',
  'checkedAt',
] as const satisfies readonly (keyof Polls)[]

/** What a Question asks; its id is that of its status. Counts are decimal strings. */
export type Poll = Selectable<Polls>

export async function listPolls(db: Db, statusIds: readonly string[]): Promise<Poll[]> {
  if (statusIds.length === 0) return []
  return db.selectFrom('polls').select(columns).where('statusId', 'in', statusIds).execute()
}
