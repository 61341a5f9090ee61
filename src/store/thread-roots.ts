import { sql } from 'kysely'
import type { Db } from '../context.ts'
import { prepared } from '../db/prepared.ts'

/** A chain of answers that is longer is not followed to its end. */
const mostSteps = 40

/**
 * Where the threads of these statuses begin, as far as we know: for each the status at the top, which answers nothing
 * that we have. Those in a ring, or too deep down, are left out.
 */
export async function listThreadRoots(
  db: Db,
  statusIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (statusIds.length === 0) return new Map()
  const { rows } = await sql<{ id: string; rootId: string }>`
    with ${prepared} recursive up (id, root_id, parent, steps) as (
      select s.id, s.id, s.in_reply_to_id, 0 from statuses s where s.id = any(${statusIds}::bigint[])
      union all
      select up.id, s.id, s.in_reply_to_id, up.steps + 1
      from up join statuses s on s.id = up.parent
      where up.steps < ${mostSteps}::int
    )
    select id, root_id from up where parent is null`.execute(db)
  return new Map(rows.map(({ id, rootId }) => [id, rootId]))
}
