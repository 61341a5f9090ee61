import { sql, type RawBuilder, type SqlBool } from 'kysely'
import type { Db } from '../context.ts'
import { inOrder, type IdRange } from './ranges.ts'

/** Somebody on a list; `id` is that of the row that puts them there, and pages it. */
export type Listed = { readonly id: string; readonly actorId: string }

/** What puts actors on a list of `ownerId`: an account, or a list for `members`. */
const sources = {
  followers: (owner) =>
    sql`select id, follower_id as actor_id from follows where target_id = ${owner} and state = 'accepted'`,
  following: (owner) =>
    sql`select id, target_id as actor_id from follows where follower_id = ${owner} and state = 'accepted'`,
  requests: (owner) =>
    sql`select id, follower_id as actor_id from follows where target_id = ${owner} and state = 'pending'`,
  blocks: (owner) => sql`select id, target_id as actor_id from blocks where actor_id = ${owner}`,
  mutes: (owner, now) =>
    sql`select id, target_id as actor_id from mutes
      where account_id = ${owner} and (expires_at is null or expires_at > ${now})`,
  endorsements: (owner) =>
    sql`select id, target_id as actor_id from endorsements where account_id = ${owner}`,
  members: (owner) =>
    sql`select target_id as id, target_id as actor_id from list_members where list_id = ${owner}`,
} satisfies Record<string, (owner: RawBuilder<unknown>, now: Date) => RawBuilder<unknown>>

export type ActorList = keyof typeof sources

export type ActorListQuery = {
  readonly ownerId: string
  /** Who reads it: those are left out who block them or whom they block. */
  readonly besideBlocksOf?: string | undefined
  readonly now: Date
  readonly range: IdRange
}

/** Newest first, without those who are gone or who are not shown here. */
export async function listActorsOn(
  db: Db,
  list: ActorList,
  { ownerId, besideBlocksOf, now, range }: ActorListQuery,
): Promise<Listed[]> {
  const result = await sql<Listed>`
    select r.id, r.actor_id from (${sources[list](sql`${ownerId}::bigint`, now)}) r
    join actors a on a.id = r.actor_id
    where a.deleted_at is null and a.suspended_at is null and not a.domain_blocked
      and ${notBlockedBetween(besideBlocksOf)} and ${inRange(range)}
    order by r.id ${range.minId === undefined ? sql`desc` : sql`asc`}
    limit ${range.limit}`.execute(db)
  return inOrder(result.rows, range)
}

function inRange({ maxId, sinceId, minId }: IdRange): RawBuilder<SqlBool> {
  const bounds = [
    sql<SqlBool>`true`,
    ...(maxId === undefined ? [] : [sql<SqlBool>`r.id < ${maxId}::bigint`]),
    ...(sinceId === undefined ? [] : [sql<SqlBool>`r.id > ${sinceId}::bigint`]),
    ...(minId === undefined ? [] : [sql<SqlBool>`r.id > ${minId}::bigint`]),
  ]
  return sql<SqlBool>`${sql.join(bounds, sql` and `)}`
}

function notBlockedBetween(viewerId: string | undefined): RawBuilder<SqlBool> {
  if (viewerId === undefined) return sql`true`
  const viewer = sql`${viewerId}::bigint`
  return sql`not exists (select from blocks b
    where (b.actor_id = ${viewer} and b.target_id = a.id) or (b.actor_id = a.id and b.target_id = ${viewer}))`
}
