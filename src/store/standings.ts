import { sql } from 'kysely'
import type { Db } from '../context.ts'
import { prepared } from '../db/prepared.ts'

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
  return (await listStandingsOf(db, [viewerId], actorIds, now)).get(viewerId) ?? new Map()
}

/** With one query for any number of members and actors: by the ids of members, then of actors. */
export async function listStandingsOf(
  db: Db,
  viewerIds: readonly string[],
  actorIds: readonly string[],
  now: Date,
): Promise<ReadonlyMap<string, ReadonlyMap<string, StandingWith>>> {
  if (actorIds.length === 0 || viewerIds.length === 0) return new Map()
  const viewer = sql`v.id`
  const result = await sql<StandingWith & { viewerId: string; id: string }>`
    select ${prepared} v.id as viewer_id, a.id,
      exists (select from follows f
        where f.target_id = a.id and f.follower_id = ${viewer} and f.state = 'accepted') as follows,
      exists (select from blocks b where b.actor_id = a.id and b.target_id = ${viewer}) as is_blocked_by,
      exists (select from blocks b where b.actor_id = ${viewer} and b.target_id = a.id) as blocks,
      exists (select from mutes m where m.account_id = ${viewer} and m.target_id = a.id
        and (m.expires_at is null or m.expires_at > ${now})) as mutes,
      exists (select from account_domain_blocks d
        where d.account_id = ${viewer} and d.domain = a.domain) as blocks_domain
    from unnest(${viewerIds}::bigint[]) v (id) cross join actors a
    where a.id = any(${[...new Set(actorIds)]}::bigint[])`.execute(db)
  const standings = new Map<string, Map<string, StandingWith>>()
  for (const { viewerId, id, ...standing } of result.rows)
    standings.set(viewerId, (standings.get(viewerId) ?? new Map<string, StandingWith>()).set(id, standing))
  return standings
}
