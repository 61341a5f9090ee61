import { sql, type RawBuilder } from 'kysely'
import type { Db } from '../context.ts'
import type { UserRole } from './users.ts'

/** What is counted of somebody, of those elsewhere as far as we know; and what they are to this server. */
export type AccountFacts = {
  /** Without direct posts. Beyond `countedAtOnce` this, and the next two, may be some minutes old. */
  readonly statuses: number
  readonly followers: number
  readonly following: number
  readonly lastStatusAt: Date | null
  /** Of a member. */
  readonly role: UserRole | null
  /** Who they have moved to, if we know them. */
  readonly movedToId: string | null
}

/** So many are counted whenever somebody is shown; who has more is counted now and then. */
const countedAtOnce = 200
const freshMinutes = 10

type Counts = Pick<AccountFacts, 'statuses' | 'followers' | 'following'>
type Found = AccountFacts & { readonly id: string; readonly large: Counts | null; readonly isFresh: boolean }

/** With one query for any number of actors, by their ids; and one for those who have to be counted. */
export async function listAccountFacts(
  db: Db,
  actorIds: readonly string[],
): Promise<ReadonlyMap<string, AccountFacts>> {
  if (actorIds.length === 0) return new Map()
  const result = await sql<Found>`
    select a.id, a.moved_to_id, u.role, said.n as statuses, latest.created_at as last_status_at,
      ${followsOf('target_id', 'follower_id', countedAtOnce + 1)} as followers,
      ${followsOf('follower_id', 'target_id', countedAtOnce + 1)} as following,
      case when l.actor_id is not null then
        json_build_object('statuses', l.statuses, 'followers', l.followers, 'following', l.following)
      end as large,
      coalesce(l.counted_at > now() - make_interval(mins => ${freshMinutes}::int), false) as is_fresh
    from unnest(${[...new Set(actorIds)]}::bigint[]) wanted (id)
    join actors a on a.id = wanted.id
    left join users u on u.account_id = a.id
    left join large_counts l on l.actor_id = a.id
    cross join lateral (
      select count(*)::integer as n from (
        select from statuses s
        where s.actor_id = a.id and s.is_local = a.is_local
          and s.deleted_at is null and s.visibility <> 'direct'
        limit ${countedAtOnce + 1}::int) s
    ) said
    left join lateral (
      select s.created_at from statuses s
      where s.actor_id = a.id and s.is_local = a.is_local
        and s.deleted_at is null and s.visibility <> 'direct'
      order by s.id desc limit 1
    ) latest on true`.execute(db)
  const counted = await countLarge(db, toCount(result.rows))
  return new Map(result.rows.map((row) => [row.id, toFacts(row, counted.get(row.id) ?? row.large)]))
}

function toFacts(found: Found, large: Counts | null): AccountFacts {
  const { lastStatusAt, role, movedToId } = found
  const known = (kind: keyof Counts) =>
    found[kind] <= countedAtOnce ? found[kind] : Math.max(found[kind], large?.[kind] ?? 0)
  const counts = {
    statuses: known('statuses'),
    followers: known('followers'),
    following: known('following'),
  }
  return { ...counts, lastStatusAt, role, movedToId }
}

/** All who were never counted, and one of those whose count is old: so that a page waits for little. */
function toCount(found: readonly Found[]): string[] {
  const large = found.filter((row) =>
    [row.statuses, row.followers, row.following].some((count) => count > countedAtOnce),
  )
  const old = large.filter((row) => row.large !== null && !row.isFresh).slice(0, 1)
  return [...large.filter((row) => row.large === null), ...old].map(({ id }) => id)
}

async function countLarge(db: Db, ids: readonly string[]): Promise<ReadonlyMap<string, Counts>> {
  if (ids.length === 0) return new Map()
  const { rows } = await sql<Counts & { actorId: string }>`
    insert into large_counts (actor_id, statuses, followers, following)
    select a.id,
      (select count(*) from statuses s
        where s.actor_id = a.id and s.deleted_at is null and s.visibility <> 'direct'),
      ${followsOf('target_id', 'follower_id')}, ${followsOf('follower_id', 'target_id')}
    from unnest(${[...ids]}::bigint[]) a (id) order by a.id
    on conflict (actor_id) do update set statuses = excluded.statuses, followers = excluded.followers,
      following = excluded.following, counted_at = now()
    returning actor_id, statuses, followers, following`.execute(db)
  return new Map(rows.map(({ actorId, ...counts }) => [actorId, counts]))
}

/** How many follows there are of the actor `a`, of those who are not hidden. @param most all unless given */
function followsOf(side: 'target_id' | 'follower_id', other: string, most?: number): RawBuilder<number> {
  return sql`(select count(*)::integer from (
    select from follows f where f.${sql.ref(side)} = a.id and f.state = 'accepted'
      and f.${sql.ref(other)} not in (select x.id from actors x where x.hidden)
    limit ${most ?? null}::int) f)`
}
