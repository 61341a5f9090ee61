import { sql } from 'kysely'
import type { Db } from '../context.ts'
import { prepared } from '../db/prepared.ts'
import { notHidden } from './visibility.ts'

/** Who wrote these statuses, also those that are gone, by their ids. */
export async function listAuthorIds(
  db: Db,
  statusIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (statusIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('statuses')
    .modifyFront(prepared)
    .select(['id', 'actorId'])
    .where('id', '=', sql<string>`any(${statusIds}::bigint[])`)
    .execute()
  return new Map(rows.map(({ id, actorId }) => [id, actorId]))
}

/** How many public posts quote each of these, by the leave of its author; those that none quotes are left out. */
export async function listQuoteCounts(
  db: Db,
  statusIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (statusIds.length === 0) return new Map()
  const result = await sql<{ id: string; n: number }>`
    select ${prepared} q.quote_of_id as id, count(*)::integer as n from statuses q
    where q.quote_of_id = any(${[...new Set(statusIds)]}::bigint[]) and q.quote_state = 'accepted'
      and q.deleted_at is null and q.visibility in ('public', 'unlisted')
      and ${notHidden(sql`q.actor_id`)}
    group by q.quote_of_id`.execute(db)
  return new Map(result.rows.map(({ id, n }) => [id, n]))
}
