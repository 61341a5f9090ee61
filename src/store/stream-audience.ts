import { expressionBuilder, sql, type RawBuilder, type SqlBool } from 'kysely'
import type { Db } from '../context.ts'
import type { DB } from '../db/schema.ts'
import { shownTo } from './home-predicates.ts'
import type { StandingWith } from './standings.ts'
import { notBlockedBy, viewerSql, visibleTo } from './visibility.ts'

/** Who has which of some statuses. */
export type Audience = { has(viewerId: string, statusId: string): boolean }

const viewer = viewerSql(sql.ref('v.id'))
const eb = expressionBuilder<DB, 'statuses'>()
const isOpen = visibleTo(undefined)(eb)

/** Who of these members may see which of these statuses, and wants to see it in lists. None of them is a boost. */
export async function findShown(
  db: Db,
  viewerIds: readonly string[],
  statusIds: readonly string[],
): Promise<Audience> {
  return findAudience(db, viewerIds, statusIds, shownTo(viewer))
}

/** Who of these members may see which of these statuses, and does not block its author: as `listVisibleIds`. */
export async function findSeeing(
  db: Db,
  viewerIds: readonly string[],
  statusIds: readonly string[],
): Promise<Audience> {
  return findAudience(db, viewerIds, statusIds, sql`${visibleTo(viewer)(eb)} and ${notBlockedBy(viewer)(eb)}`)
}

/**
 * What is for anybody is asked only for those who have turned away from its author, or the other way round; what is not is
 * asked for each.
 */
async function findAudience(
  db: Db,
  viewerIds: readonly string[],
  statusIds: readonly string[],
  rule: RawBuilder<SqlBool>,
): Promise<Audience> {
  if (viewerIds.length === 0 || statusIds.length === 0) return { has: () => false }
  const viewers = sql`any(${viewerIds}::bigint[])`
  const { rows } = await sql<{ kind: 'open' | 'refused' | 'admitted'; viewerId: string; statusId: string }>`
    with said as materialized (
      select statuses.*, ${isOpen} as is_open from statuses where id = any(${statusIds}::bigint[])
    ),
    distant (id, status_id) as (
      select b.actor_id, said.id from said join blocks b on b.target_id = said.actor_id
      where b.actor_id = ${viewers}
      union
      select b.target_id, said.id from said join blocks b on b.actor_id = said.actor_id
      where b.target_id = ${viewers}
      union
      select m.account_id, said.id from said join mutes m on m.target_id = said.actor_id
      where m.account_id = ${viewers}
      union
      select d.account_id, said.id from said join remote_actors far on far.id = said.actor_id
      join account_domain_blocks d on d.domain = far.domain where d.account_id = ${viewers}
    )
    select 'open' as kind, 0::bigint as viewer_id, id as status_id from said where is_open
    union all
    select 'refused', v.id, statuses.id from distant v join said statuses on statuses.id = v.status_id
    where statuses.is_open and not (${rule})
    union all
    select 'admitted', v.id, statuses.id from unnest(${viewerIds}::bigint[]) v (id)
    cross join lateral (select * from said where not is_open offset 0) statuses where ${rule}`.execute(db)
  const found = new Set(rows.map(({ kind, viewerId, statusId }) => `${kind} ${viewerId} ${statusId}`))
  return {
    has: (viewerId, statusId) =>
      found.has(`open 0 ${statusId}`)
        ? !found.has(`refused ${viewerId} ${statusId}`)
        : found.has(`admitted ${viewerId} ${statusId}`),
  }
}

/** How these members stand with these actors, as `listStandingsOf` tells; those who have nothing to do with each other are left out. */
export async function listRelations(
  db: Db,
  viewerIds: readonly string[],
  actorIds: readonly string[],
  now: Date,
): Promise<ReadonlyMap<string, ReadonlyMap<string, StandingWith>>> {
  if (viewerIds.length === 0 || actorIds.length === 0) return new Map()
  const [viewers, actors] = [sql`any(${viewerIds}::bigint[])`, sql`any(${actorIds}::bigint[])`]
  const { rows } = await sql<{ viewerId: string; actorId: string; what: keyof StandingWith }>`
    select follower_id as viewer_id, target_id as actor_id, 'follows' as what from follows
    where target_id = ${actors} and follower_id = ${viewers} and state = 'accepted'
    union all
    select target_id, actor_id, 'isBlockedBy' from blocks where actor_id = ${actors} and target_id = ${viewers}
    union all
    select actor_id, target_id, 'blocks' from blocks where target_id = ${actors} and actor_id = ${viewers}
    union all
    select account_id, target_id, 'mutes' from mutes where target_id = ${actors} and account_id = ${viewers}
      and (expires_at is null or expires_at > ${now})
    union all
    select d.account_id, a.id, 'blocksDomain' from remote_actors a join account_domain_blocks d on d.domain = a.domain
    where a.id = ${actors} and d.account_id = ${viewers}`.execute(db)
  const relations = new Map<string, Map<string, StandingWith>>()
  for (const { viewerId, actorId, what } of rows) {
    const ofViewer = relations.get(viewerId) ?? new Map<string, StandingWith>()
    relations.set(viewerId, ofViewer.set(actorId, { ...(ofViewer.get(actorId) ?? strangers), [what]: true }))
  }
  return relations
}

const strangers: StandingWith = {
  ...{ follows: false, isBlockedBy: false, blocks: false, mutes: false, blocksDomain: false },
}

/** A chain of answers that is longer is not followed to its end, as in `listStatesOf`. */
const mostSteps = 40

/** Which of these members have done something with which of these statuses, or mute the thread that it is in. */
export async function listDoers(
  db: Db,
  viewerIds: readonly string[],
  statusIds: readonly string[],
): Promise<{ readonly viewerId: string; readonly statusId: string }[]> {
  if (viewerIds.length === 0 || statusIds.length === 0) return []
  const [viewers, ids] = [sql`any(${viewerIds}::bigint[])`, sql`any(${statusIds}::bigint[])`]
  const { rows } = await sql<{ viewerId: string; statusId: string }>`
    with recursive up (id, at, parent, steps) as (
      select id, id, in_reply_to_id, 0 from statuses where id = ${ids}
      union all
      select up.id, s.id, s.in_reply_to_id, up.steps + 1 from up join statuses s on s.id = up.parent
      where up.steps < ${mostSteps}::int
    )
    select actor_id as viewer_id, status_id from likes where status_id = ${ids} and actor_id = ${viewers}
    union select actor_id, boost_of_id from statuses
      where boost_of_id = ${ids} and actor_id = ${viewers} and is_local and deleted_at is null
    union select account_id, status_id from bookmarks where status_id = ${ids} and account_id = ${viewers}
    union select actor_id, status_id from featured_statuses where status_id = ${ids} and actor_id = ${viewers}
    union select actor_id, status_id from poll_votes where status_id = ${ids} and actor_id = ${viewers}
    union select actor_id, status_id from reactions where status_id = ${ids} and actor_id = ${viewers}
    union select m.account_id, up.id from up join muted_threads m on m.root_id = up.at
      where m.account_id = ${viewers}`.execute(db)
  return rows
}
