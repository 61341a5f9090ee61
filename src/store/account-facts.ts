import { sql } from 'kysely'
import type { Db } from '../context.ts'
import type { UserRole } from './users.ts'
import { notHidden } from './visibility.ts'

/** What is counted of somebody, of those elsewhere as far as we know; and what they are to this server. */
export type AccountFacts = {
  /** Without direct posts. */
  readonly statuses: number
  readonly followers: number
  readonly following: number
  readonly lastStatusAt: Date | null
  /** Of a member. */
  readonly role: UserRole | null
  /** Who they have moved to, if we know them. */
  readonly movedToId: string | null
}

/** With one query for any number of actors, by their ids. */
export async function listAccountFacts(
  db: Db,
  actorIds: readonly string[],
): Promise<ReadonlyMap<string, AccountFacts>> {
  if (actorIds.length === 0) return new Map()
  const result = await sql<AccountFacts & { id: string }>`
    select a.id, a.moved_to_id, u.role, said.n as statuses, said.latest as last_status_at,
      (select count(*)::integer from follows f where f.target_id = a.id and f.state = 'accepted'
        and ${notHidden(sql.ref('f.followerId'))}) as followers,
      (select count(*)::integer from follows f where f.follower_id = a.id and f.state = 'accepted'
        and ${notHidden(sql.ref('f.targetId'))}) as following
    from unnest(${[...new Set(actorIds)]}::bigint[]) wanted (id)
    join actors a on a.id = wanted.id
    left join users u on u.account_id = a.id
    cross join lateral (
      select count(*)::integer as n, max(s.created_at) as latest from statuses s
      where s.actor_id = a.id and s.deleted_at is null and s.visibility <> 'direct'
    ) said`.execute(db)
  return new Map(result.rows.map(({ id, ...facts }) => [id, facts]))
}
