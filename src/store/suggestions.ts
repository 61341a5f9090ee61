import { sql, type RawBuilder, type SqlBool } from 'kysely'
import type { Db, Tx } from '../context.ts'
import { isLetIn } from './actors.ts'
import { wantsToHear } from './visibility.ts'

/** So many of those whom a viewer follows are looked at, the latest, and of whom each of them follows so many. */
const [friendsRead, followsRead] = [200, 200]
/** Of whom they follow, those whom the most follow. */
const candidates = 1000

/** Whom those follow whom the viewer follows, and who let that be seen: the most followed first. */
export async function listSuggestedIds(db: Db, viewerId: string, limit: number): Promise<string[]> {
  const viewer = sql`${viewerId}::bigint`
  const result = await sql<{ id: string }>`
    select a.id from (
      select theirs.target_id, count(*) as friends from (
        select target_id from follows where follower_id = ${viewer} and state = 'accepted'
        order by id desc limit ${friendsRead}::int
      ) friend
      cross join lateral (
        select target_id from follows where follower_id = friend.target_id and state = 'accepted'
        order by target_id desc limit ${followsRead}::int
      ) theirs
      where not exists (select from users u where u.account_id = friend.target_id
        and u.preferences ->> 'hideCollections' = 'true')
      group by theirs.target_id order by friends desc, theirs.target_id desc limit ${candidates}::int
    ) known
    join actors a on a.id = known.target_id
    where ${mayBeSuggested} and ${isNewTo(viewer)}
    order by known.friends desc, a.id desc limit ${limit}`.execute(db)
  return result.rows.map(({ id }) => id)
}

/** Let strangers find them, and are still there. */
const mayBeSuggested = sql`(a.discoverable and a.moved_to is null and a.deleted_at is null and not a.hidden
  and a.type <> 'Application' and ${isLetIn(sql.ref('a.id'))})`

/** Nobody whom the viewer follows or asked to, and nobody of whom they do not want to hear. */
function isNewTo(viewer: RawBuilder<unknown>): RawBuilder<SqlBool> {
  return sql`(a.id <> ${viewer} and ${wantsToHear(viewer, sql.ref('a.id'))}
    and not exists (select from follows f where f.follower_id = ${viewer} and f.target_id = a.id)
    and not exists (select from dismissed_suggestions x
      where x.account_id = ${viewer} and x.target_id = a.id))`
}

/** Of these those who are new to the viewer and may be shown to them, in the given order. */
export async function listNewTo(
  db: Db,
  viewerId: string,
  ids: readonly string[],
  limit: number,
): Promise<string[]> {
  if (ids.length === 0) return []
  const result = await sql<{ id: string }>`
    select a.id from unnest(${[...ids]}::bigint[]) with ordinality given (id, place)
    join actors a on a.id = given.id
    where ${mayBeSuggested} and ${isNewTo(sql`${viewerId}::bigint`)}
    order by given.place limit ${limit}`.execute(db)
  return result.rows.map(({ id }) => id)
}

/** More followers than these make nobody more popular: counting stays cheap. */
const mostCounted = 500

/**
 * Who said something in public lately and lets strangers find them, the most followed first: people here, and those
 * elsewhere whom at least two follow here. Of authors who ask before somebody follows them, none.
 */
export async function listPopularIds(db: Db, limit: number): Promise<string[]> {
  const latest = (table: string, many: number) => sql`(
    select actor_id from ${sql.table(table)}
    where visibility = 'public' and boost_of_id is null and boost_of_uri is null and deleted_at is null
    order by id desc limit ${many}::int)`
  const result = await sql<{ id: string }>`
    select a.id from (${latest('posts', 2000)} union ${latest('remote_statuses', 5000)}) active
    join actors a on a.id = active.actor_id
    cross join lateral (select count(*) as n from (
      select from follows f where f.target_id = a.id and f.state = 'accepted' limit ${mostCounted}::int) f
    ) followers
    where ${mayBeSuggested} and not a.locked and (a.is_local or followers.n >= 2)
    order by followers.n desc, a.id desc limit ${limit}`.execute(db)
  return result.rows.map(({ id }) => id)
}

/** Again changes nothing. */
export async function insertDismissal(tx: Tx, accountId: string, targetId: string): Promise<void> {
  await tx
    .insertInto('dismissedSuggestions')
    .values({ accountId, targetId })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

export type DirectoryQuery = {
  readonly local: boolean
  /** `active`: who said something in public lately, among the latest 5,000 posts; `new`: whom we met last. */
  readonly order: 'active' | 'new'
  readonly limit: number
  readonly offset: number
  /** Finds nobody whom they do not want to hear of. */
  readonly viewerId?: string | undefined
}

/** Ids of people who let strangers find them. */
export async function listDirectoryIds(db: Db, asked: DirectoryQuery): Promise<string[]> {
  const { local, order, limit, offset, viewerId } = asked
  const wanted = viewerId === undefined ? sql`true` : wantsToHear(sql`${viewerId}::bigint`, sql.ref('a.id'))
  const latest = sql`(select actor_id, max(id) as last_id from (
      select actor_id, id from statuses where visibility = 'public' and deleted_at is null
      order by id desc limit 5000) s group by actor_id)`
  const result = await sql<{ id: string }>`
    select a.id from actors a ${order === 'active' ? sql`join ${latest} said on said.actor_id = a.id` : sql``}
    where a.discoverable and a.moved_to is null and a.type <> 'Application'
      and a.deleted_at is null and a.suspended_at is null and not a.domain_blocked
      and (${!local} or a.is_local) and ${isLetIn(sql.ref('a.id'))} and ${wanted}
    order by ${order === 'active' ? sql`said.last_id` : sql`a.id`} desc
    limit ${limit} offset ${offset}`.execute(db)
  return result.rows.map(({ id }) => id)
}
