import { sql, type Insertable } from 'kysely'
import type { Db, Tx } from '../context.ts'
import type { AccountDomainBlocks } from '../db/schema.ts'
import { inOrder, within, type IdRange } from './ranges.ts'

/** @returns false when it was there before */
export async function insertAccountDomainBlock(
  tx: Tx,
  block: Insertable<AccountDomainBlocks>,
): Promise<boolean> {
  const row = await tx
    .insertInto('accountDomainBlocks')
    .values(block)
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

export async function deleteAccountDomainBlock(db: Db, accountId: string, domain: string): Promise<void> {
  await db
    .deleteFrom('accountDomainBlocks')
    .where('accountId', '=', accountId)
    .where('domain', '=', domain)
    .execute()
}

/** The latest first. */
export async function listAccountDomainBlocks(
  db: Db,
  accountId: string,
  range: IdRange,
): Promise<{ id: string; domain: string }[]> {
  const query = db
    .selectFrom('accountDomainBlocks')
    .select(['id', 'domain'])
    .where('accountId', '=', accountId)
  return inOrder(await within(query, 'id', range).execute(), range)
}

/** Ids of those of a domain whom an account follows or asks to follow, and who follow it or ask to: so many of each. */
export async function listTiesToDomain(
  db: Db,
  accountId: string,
  domain: string,
  limit: number,
): Promise<{ following: string[]; followers: string[] }> {
  const account = sql`${accountId}::bigint`
  const result = await sql<{ side: 'following' | 'followers'; id: string }>`
    (select 'following' as side, a.id from follows f join remote_actors a on a.id = f.target_id
      where f.follower_id = ${account} and a.domain = ${domain} limit ${limit}::int)
    union all
    (select 'followers', a.id from follows f join remote_actors a on a.id = f.follower_id
      where f.target_id = ${account} and a.domain = ${domain} limit ${limit}::int)`.execute(db)
  const of = (side: string) => result.rows.filter((row) => row.side === side).map(({ id }) => id)
  return { following: of('following'), followers: of('followers') }
}

/** How many they are. */
export async function countTiesToDomain(
  db: Db,
  accountId: string,
  domain: string,
): Promise<{ following: number; followers: number }> {
  const account = sql`${accountId}::bigint`
  const result = await sql<{ following: number; followers: number }>`select
    (select count(*)::int from follows f join remote_actors a on a.id = f.target_id
      where f.follower_id = ${account} and a.domain = ${domain}) as following,
    (select count(*)::int from follows f join remote_actors a on a.id = f.follower_id
      where f.target_id = ${account} and a.domain = ${domain}) as followers`.execute(db)
  return result.rows[0] ?? { following: 0, followers: 0 }
}

export async function isDomainBlockedBy(db: Db, accountId: string, domain: string): Promise<boolean> {
  const row = await db
    .selectFrom('accountDomainBlocks')
    .select('id')
    .where('accountId', '=', accountId)
    .where('domain', '=', domain)
    .executeTakeFirst()
  return row !== undefined
}
