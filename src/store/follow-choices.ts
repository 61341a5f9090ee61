import { sql } from 'kysely'
import type { Db, Tx } from '../context.ts'

/** What a follower wants of somebody. */
export type FollowChoices = {
  readonly showsBoosts?: boolean | undefined
  readonly notifies?: boolean | undefined
  /** Null for all. */
  readonly languages?: string[] | null | undefined
}

/** What is undefined stays. */
export async function updateFollowChoices(
  tx: Tx,
  followerId: string,
  targetId: string,
  choices: FollowChoices,
): Promise<void> {
  const given = Object.fromEntries(Object.entries(choices).filter(([, value]) => value !== undefined))
  if (Object.keys(given).length === 0) return
  await tx
    .updateTable('follows')
    .set(given)
    .where('followerId', '=', followerId)
    .where('targetId', '=', targetId)
    .execute()
}

/** Of these actors, those whom an account follows or asks to. */
export async function listFollowedOf(
  db: Db,
  followerId: string,
  targetIds: readonly string[],
): Promise<ReadonlySet<string>> {
  if (targetIds.length === 0) return new Set()
  const rows = await db
    .selectFrom('follows')
    .select('targetId')
    .where('followerId', '=', followerId)
    .where('targetId', 'in', targetIds)
    .execute()
  return new Set(rows.map(({ targetId }) => targetId))
}

/**
 * For each of these actors at most so many of those whom the viewer follows and who follow them, where both let it be
 * seen; of actors who may not be shown, none.
 */
export async function listFamiliarFollowers(
  db: Db,
  viewerId: string,
  targetIds: readonly string[],
  limit: number,
): Promise<{ targetId: string; actorId: string }[]> {
  if (targetIds.length === 0) return []
  const viewer = sql`${viewerId}::bigint`
  const isOpen = (actorId: string) => sql`not exists (
    select from users u where u.account_id = ${sql.ref(actorId)}
      and u.preferences ->> 'hideCollections' = 'true')`
  const result = await sql<{ targetId: string; actorId: string }>`
    select t.id as target_id, them.actor_id from unnest(${[...targetIds]}::bigint[]) t (id)
    cross join lateral (
      select f.follower_id as actor_id from follows f
      join follows mine on mine.target_id = f.follower_id
        and mine.follower_id = ${viewer} and mine.state = 'accepted'
      join actors a on a.id = f.follower_id and not a.hidden and a.deleted_at is null
      where f.target_id = t.id and f.state = 'accepted' and f.follower_id <> ${viewer}
        and ${isOpen('f.followerId')}
      order by f.id desc limit ${limit}
    ) them
    where t.id = ${viewer} or ${isOpen('t.id')}`.execute(db)
  return result.rows
}
