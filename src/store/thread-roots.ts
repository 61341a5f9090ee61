import { sql, type RawBuilder } from 'kysely'
import type { Db } from '../context.ts'
import { followChains, type Link } from '../lib/follow-chains.ts'

/** A chain of answers that is longer is not followed to its end. */
export const mostStepsUp = 1024

/**
 * Joins `s`, what the column `parent` of another table names: looked up by its id, one after the other. PostgreSQL takes
 * a climb for short and wide, and would go through all that there is at each step.
 */
export function parentOf(of: string): RawBuilder<unknown> {
  const parent = sql.ref(`${of}.parent`)
  return sql`cross join lateral (select id, in_reply_to_id from statuses where id = ${parent} offset 0) s`
}

/**
 * Where the threads of these statuses begin, as far as we know: for each the status at the top, or what that answered
 * and is gone, so that a thread stays one without its beginning. Those in a ring, or too deep down, are left out. What
 * several of them answer is looked up once.
 */
export async function listThreadRoots(
  db: Db,
  statusIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (statusIds.length === 0) return new Map()
  const { rows } = await sql<Top>`
    with recursive up (id, top_id, parent, steps) as (
      select s.id, s.id, s.in_reply_to_id, 0 from statuses s where s.id = any(${statusIds}::bigint[])
      union all
      select up.id, s.id, s.in_reply_to_id, up.steps + 1
      from up ${parentOf('up')}
      where up.steps < ${mostStepsUp}::int and up.parent <> all(${statusIds}::bigint[])
    )
    select distinct on (id) id, top_id, parent, steps from up order by id, steps desc`.execute(db)
  const given = new Set(statusIds)
  return followChains(new Map(rows.map((top) => [top.id, linkFrom(top, given)])))
}

/** The highest status that was found above one, and what that answers. */
type Top = {
  readonly id: string
  readonly topId: string
  readonly parent: string | null
  readonly steps: number
}

function linkFrom({ topId, parent, steps }: Top, given: ReadonlySet<string>): Link<string> {
  if (parent === null) return { value: topId }
  if (given.has(parent)) return { next: parent }
  return steps < mostStepsUp ? { value: parent } : {}
}
