import { sql, type RawBuilder } from 'kysely'
import type { Db } from '../context.ts'
import { prepared } from '../db/prepared.ts'
import type { UserRole } from './users.ts'

/** What is counted of somebody, of those elsewhere as far as we know; and what they are to this server. */
export type AccountFacts = Counts & {
  readonly lastStatusAt: Date | null
  /** Of a member. */
  readonly role: UserRole | null
  /** Whether a member lets nobody else see whom they follow and who follows them. */
  readonly hidesFollows: boolean
  /** Who they have moved to, if we know them. */
  readonly movedToId: string | null
}

/** Without direct posts. Beyond `countedAtOnce` they may be some minutes old. */
type Counts = {
  readonly statuses: number
  readonly followers: number
  readonly following: number
}

/** So many are counted whenever somebody is shown; who has more is counted now and then. */
const countedAtOnce = { ofMembers: 200, ofOthers: 50 } as const
const freshMinutes = 10

type Found = Omit<AccountFacts, keyof Counts> & {
  readonly id: string
  /** Null while what was kept of them is fresh; one more than are counted at once where there are more. */
  readonly few: Counts | null
  readonly most: number
  readonly kept: Counts | null
}

/** With one query for any number of actors, by their ids; and one for those who have to be counted. */
export async function listAccountFacts(
  db: Db,
  actorIds: readonly string[],
): Promise<ReadonlyMap<string, AccountFacts>> {
  if (actorIds.length === 0) return new Map()
  const result = await sql<Found>`
    select ${prepared} a.id, a.moved_to_id, u.role,
      coalesce(u.preferences ->> 'hideCollections' = 'true', false) as hides_follows, latest.created_at as last_status_at, how.most,
      case when how.is_asked then ${countsOf('said.n', 'followers.n', 'following.n')} end as few,
      case when l.actor_id is not null then ${countsOf('l.statuses', 'l.followers', 'l.following')} end as kept
    from unnest(${[...new Set(actorIds)]}::bigint[]) wanted (id)
    join actors a on a.id = wanted.id
    left join users u on u.account_id = a.id
    left join large_counts l on l.actor_id = a.id
    cross join lateral (
      select coalesce(l.counted_at < now() - make_interval(mins => ${freshMinutes}::int), true) as is_asked,
        case when a.is_local then ${countedAtOnce.ofMembers}::int else ${countedAtOnce.ofOthers}::int end as most
      offset 0
    ) how
    left join lateral (
      select count(*)::integer as n from (
        select from ${statusesOf} and how.is_asked order by s.id desc limit how.most + 1) s
    ) said on true
    left join lateral ${fewFollowsOf('target_id', 'follower_id')} followers on true
    left join lateral ${fewFollowsOf('follower_id', 'target_id')} following on true
    left join lateral (
      select s.created_at from ${statusesOf} order by s.id desc limit 1
    ) latest on true`.execute(db)
  const counted = await countLarge(db, toCount(result.rows))
  return new Map(result.rows.map((row) => [row.id, toFacts(row, counted.get(row.id) ?? row.kept)]))
}

function toFacts({ few, most, id: _id, kept: _kept, ...facts }: Found, kept: Counts | null): AccountFacts {
  const known = (kind: keyof Counts) => {
    const counted = few?.[kind]
    return counted !== undefined && counted <= most ? counted : Math.max(counted ?? 0, kept?.[kind] ?? 0)
  }
  const counts = {
    statuses: known('statuses'),
    followers: known('followers'),
    following: known('following'),
  }
  return { ...counts, ...facts }
}

/** All who were never counted, and one of those whose count is old: so that a page waits for little. */
function toCount(found: readonly Found[]): string[] {
  const large = found.filter(
    ({ few, most }) => few !== null && [few.statuses, few.followers, few.following].some((n) => n > most),
  )
  const old = large.filter(({ kept }) => kept !== null).slice(0, 1)
  return [...large.filter(({ kept }) => kept === null), ...old].map(({ id }) => id)
}

async function countLarge(db: Db, ids: readonly string[]): Promise<ReadonlyMap<string, Counts>> {
  if (ids.length === 0) return new Map()
  const { rows } = await sql<Counts & { actorId: string }>`
    insert into large_counts (actor_id, statuses, followers, following)
    select a.id, (select count(*) from ${statusesOf}),
      (select count(*) from ${followsOf('target_id', 'follower_id')}),
      (select count(*) from ${followsOf('follower_id', 'target_id')})
    from actors a where a.id = any(${[...ids]}::bigint[]) order by a.id
    on conflict (actor_id) do update set statuses = excluded.statuses, followers = excluded.followers,
      following = excluded.following, counted_at = now()
    returning actor_id, statuses, followers, following`.execute(db)
  return new Map(rows.map(({ actorId, ...counts }) => [actorId, counts]))
}

type Side = 'target_id' | 'follower_id'

function countsOf(statuses: string, followers: string, following: string): RawBuilder<Counts> {
  return sql`json_build_object('statuses', ${sql.ref(statuses)}, 'followers', ${sql.ref(followers)},
    'following', ${sql.ref(following)})`
}

/** What the actor `a` said. */
const statusesOf = sql`statuses s where s.actor_id = a.id and s.is_local = a.is_local
  and s.deleted_at is null and s.visibility <> 'direct'`

/** The follows of the actor `a`, of those who are not hidden. */
function followsOf(side: Side, other: Side): RawBuilder<unknown> {
  return sql`follows f where f.${sql.ref(side)} = a.id and f.state = 'accepted'
    and f.${sql.ref(other)} not in (select x.id from actors x where x.hidden)`
}

/** In the order of an index: PostgreSQL may take a table of which few follow much for one in which all do. */
function fewFollowsOf(side: Side, other: Side): RawBuilder<unknown> {
  return sql`(select count(*)::integer as n from (
    select from ${followsOf(side, other)} and how.is_asked
    order by f.${sql.ref(other)} limit how.most + 1) f)`
}
