import { sql } from 'kysely'
import type { Db } from '../context.ts'

/** How a member and somebody else stand with each other. */
export type Relationship = {
  readonly id: string
  readonly following: boolean
  readonly showsBoosts: boolean
  readonly notifies: boolean
  readonly languages: readonly string[] | null
  /** Asked to follow, and not answered yet. */
  readonly requested: boolean
  readonly followedBy: boolean
  readonly requestedBy: boolean
  readonly blocking: boolean
  readonly blockedBy: boolean
  readonly muting: boolean
  readonly mutingNotifications: boolean
  readonly mutingExpiresAt: Date | null
  readonly domainBlocking: boolean
  readonly endorsed: boolean
  readonly note: string
}

/** With one query for any number of actors, by their ids; those that we do not know are left out. */
export async function listRelationships(
  db: Db,
  viewerId: string,
  actorIds: readonly string[],
  now: Date,
): Promise<ReadonlyMap<string, Relationship>> {
  if (actorIds.length === 0) return new Map()
  const viewer = sql`${viewerId}::bigint`
  const result = await sql<Relationship>`
    select a.id,
      coalesce(mine.state = 'accepted', false) as following,
      coalesce(mine.state = 'pending', false) as requested,
      coalesce(mine.shows_boosts, false) as shows_boosts,
      coalesce(mine.notifies, false) as notifies,
      mine.languages,
      coalesce(theirs.state = 'accepted', false) as followed_by,
      coalesce(theirs.state = 'pending', false) as requested_by,
      exists (select from blocks b where b.actor_id = ${viewer} and b.target_id = a.id) as blocking,
      exists (select from blocks b where b.actor_id = a.id and b.target_id = ${viewer}) as blocked_by,
      m.id is not null as muting,
      coalesce(m.hides_notifications, false) as muting_notifications,
      m.expires_at as muting_expires_at,
      exists (select from account_domain_blocks d
        where d.account_id = ${viewer} and d.domain = a.domain) as domain_blocking,
      exists (select from endorsements e where e.account_id = ${viewer} and e.target_id = a.id) as endorsed,
      coalesce(n.comment, '') as note
    from actors a
    left join follows mine on mine.follower_id = ${viewer} and mine.target_id = a.id
    left join follows theirs on theirs.target_id = ${viewer} and theirs.follower_id = a.id
    left join mutes m on m.account_id = ${viewer} and m.target_id = a.id
      and (m.expires_at is null or m.expires_at > ${now})
    left join account_notes n on n.account_id = ${viewer} and n.target_id = a.id
    where a.id = any(${[...new Set(actorIds)]}::bigint[])`.execute(db)
  return new Map(result.rows.map((row) => [row.id, row]))
}
