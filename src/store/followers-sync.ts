import { sql } from 'kysely'
import type { Db } from '../context.ts'

/** The followers of an account of ours whose ids begin with one origin. */
export type FollowersThere = {
  /** `https://host`, as their ids begin. */
  readonly origin: string
  readonly count: number
  /** XOR of the SHA-256 of each id, as 64 hexadecimal digits. */
  readonly digest: string
}

/** For all origins at once: an author's post goes to all of them within a moment. */
export async function listFollowerDigests(db: Db, accountId: string): Promise<FollowersThere[]> {
  const result = await sql<{ origin: string; count: string; bits: string }>`
    select substring(follower_uri from '^https?://[^/]+') as origin, count(*) as count,
      bit_xor(('x' || encode(sha256(convert_to(follower_uri, 'UTF8')), 'hex'))::bit(256))::text as bits
    from follows
    where target_id = ${accountId}::bigint and state = 'accepted' and follower_uri is not null
    group by 1`.execute(db)
  return result.rows.map(({ origin, count, bits }) => ({
    origin,
    count: Number(count),
    digest: BigInt(`0b${bits}`).toString(16).padStart(64, '0'),
  }))
}

/** Ids, in alphabetical order. */
export async function listFollowersThere(
  db: Db,
  accountId: string,
  origin: string,
  limit: number,
): Promise<string[]> {
  const rows = await db
    .selectFrom('follows')
    .select('followerUri')
    .where('targetId', '=', accountId)
    .where('state', '=', 'accepted')
    .where(sql<boolean>`starts_with(follower_uri, ${`${origin}/`})`)
    .orderBy('followerUri')
    .limit(limit)
    .execute()
  return rows.flatMap(({ followerUri }) => followerUri ?? [])
}

/** A follow of one of ours, with the name that the follower's id is made of. */
export type FollowHere = {
  readonly id: string
  readonly followerId: string
  readonly username: string
  readonly state: string
  readonly createdAt: Date
  readonly acceptedAt: Date | null
}

/** Those of us who follow, or asked to follow, an actor elsewhere. */
export async function listFollowsHere(db: Db, targetId: string): Promise<FollowHere[]> {
  return db
    .selectFrom('follows as f')
    .innerJoin('accounts as a', 'a.id', 'f.followerId')
    .select(['f.id', 'f.followerId', 'a.username', 'f.state', 'f.createdAt', 'f.acceptedAt'])
    .where('f.targetId', '=', targetId)
    .where('f.followerUri', 'is', null)
    .execute()
}

/** Accounts by their exact names, as far as they are there. */
export async function listAccountsNamed(
  db: Db,
  usernames: readonly string[],
): Promise<{ id: string; username: string }[]> {
  if (usernames.length === 0) return []
  return db
    .selectFrom('accounts')
    .select(['id', 'username'])
    .where(sql<boolean>`username = any(${usernames}::text[])`)
    .where('type', '!=', 'Application')
    .where('deletedAt', 'is', null)
    .execute()
}
