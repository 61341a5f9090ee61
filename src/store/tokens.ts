import { sql } from 'kysely'
import type { Db, Tx } from '../context.ts'
import { deletePushSubscriptionsOf } from './push-subscriptions.ts'

/** @param token its digest (SHA-256): the token itself is kept by whoever it was given to */
export async function insertAccessToken(
  db: Db,
  token: {
    id: string
    accountId: string | null
    appId?: string | null
    tokenDigest: Buffer
    scopes: string[]
  },
): Promise<void> {
  await db.insertInto('accessTokens').values(token).execute()
}

/** A token that was not revoked, with what decides whether its member may act. */
export type HeldToken = {
  readonly id: string
  readonly appId: string | null
  readonly accountId: string | null
  readonly scopes: string[]
  readonly lastUsedAt: Date | null
  readonly confirmedAt: Date | null
  readonly approvedAt: Date | null
  readonly disabledAt: Date | null
}

export async function findTokenByDigest(db: Db, tokenDigest: Buffer): Promise<HeldToken | undefined> {
  return db
    .selectFrom('accessTokens as t')
    .leftJoin('users as u', 'u.accountId', 't.accountId')
    .select(['t.id', 't.appId', 't.accountId', 't.scopes', 't.lastUsedAt'])
    .select(['u.confirmedAt', 'u.approvedAt', 'u.disabledAt'])
    .where('t.tokenDigest', '=', tokenDigest)
    .where('t.revokedAt', 'is', null)
    .executeTakeFirst()
}

/** Those of these tokens that hold, of members who may act, with their scopes. */
export async function listActingTokens(
  db: Db,
  ids: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  if (ids.length === 0) return new Map()
  const rows = await db
    .selectFrom('accessTokens as t')
    .innerJoin('users as u', 'u.accountId', 't.accountId')
    .innerJoin('accounts as a', 'a.id', 't.accountId')
    .select(['t.id', 't.scopes'])
    .where(sql<boolean>`t.id = any(${ids}::bigint[])`)
    .where('t.revokedAt', 'is', null)
    .where('u.disabledAt', 'is', null)
    .where('u.confirmedAt', 'is not', null)
    .where('u.approvedAt', 'is not', null)
    .where('a.suspendedAt', 'is', null)
    .where('a.deletedAt', 'is', null)
    .execute()
  return new Map(rows.map(({ id, scopes }) => [id, scopes]))
}

/**
 * To the day: nobody needs to know more, and a write for each request would cost more than the request. The first use in
 * a week, by any app of the member, counts as one member of that week.
 */
export async function noteTokenUse(db: Db, id: string, at: Date): Promise<void> {
  const week = sql`date_trunc('week', ${at}::timestamptz, 'UTC')`
  await sql`
    with used as (
      update access_tokens set last_used_at = ${at} where id = ${id}::bigint returning account_id
    )
    insert into active_weeks (week, members)
    select ${week}, 1 from used
    where account_id is not null and not exists (
      select from access_tokens t where t.account_id = used.account_id and t.last_used_at >= ${week})
    on conflict (week) do update set members = active_weeks.members + 1`.execute(db)
}

/** Who listens here is told the id of every token that is revoked, once that is committed. */
export const tokenRevoked = 'token.revoked'

/** @returns whether it held until now */
export async function revokeTokenById(tx: Tx, id: string, at: Date): Promise<boolean> {
  const revoked = await tx
    .updateTable('accessTokens')
    .set({ revokedAt: at })
    .where('id', '=', id)
    .where('revokedAt', 'is', null)
    .executeTakeFirst()
  if (revoked.numUpdatedRows === 0n) return false
  await deletePushSubscriptionsOf(tx, [id])
  await sql`select pg_notify(${tokenRevoked}, ${id})`.execute(tx)
  return true
}

/** Every app of a member must be allowed again. */
export async function revokeTokensOf(tx: Tx, accountId: string, at: Date): Promise<void> {
  const revoked = await tx
    .updateTable('accessTokens')
    .set({ revokedAt: at })
    .where('accountId', '=', accountId)
    .where('revokedAt', 'is', null)
    .returning('id')
    .execute()
  await deletePushSubscriptionsOf(
    tx,
    revoked.map(({ id }) => id),
  )
  for (const { id } of revoked) await sql`select pg_notify(${tokenRevoked}, ${id})`.execute(tx)
}
