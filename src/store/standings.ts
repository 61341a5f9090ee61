import { sql } from 'kysely'
import type { Db } from '../context.ts'

/** How a member stands with somebody. */
export type StandingWith = {
  readonly follows: boolean
  readonly isBlockedBy: boolean
  readonly blocks: boolean
  readonly mutes: boolean
  readonly blocksDomain: boolean
}

/** With one query for any number of actors, by their ids. */
export async function listStandings(
  db: Db,
  viewerId: string,
  actorIds: readonly string[],
  now: Date,
): Promise<ReadonlyMap<string, StandingWith>> {
  if (actorIds.length === 0) return new Map()
  const viewer = sql`${viewerId}::bigint`
  const result = await sql<StandingWith & { id: string }>`
    select a.id,
      exists (select from follows f
        where f.target_id = a.id and f.follower_id = ${viewer} and f.state = 'accepted') as follows,
      exists (select from blocks b where b.actor_id = a.id and b.target_id = ${viewer}) as is_blocked_by,
      exists (select from blocks b where b.actor_id = ${viewer} and b.target_id = a.id) as blocks,
      exists (select from mutes m where m.account_id = ${viewer} and m.target_id = a.id
        and (m.expires_at is null or m.expires_at > ${now})) as mutes,
      exists (select from account_domain_blocks d
        where d.account_id = ${viewer} and d.domain = a.domain) as blocks_domain
    from actors a where a.id = any(${[...new Set(actorIds)]}::bigint[])`.execute(db)
  return new Map(result.rows.map(({ id, ...standing }) => [id, standing]))
}
