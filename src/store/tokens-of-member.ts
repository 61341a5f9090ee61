import { sql } from 'kysely'
import type { Db, Tx } from '../context.ts'

/** An app that may act for a member; without id and name: tokens that were made on the command line. */
export type AllowedApp = {
  readonly id: string | null
  readonly name: string | null
  readonly website: string | null
  readonly scopes: readonly string[]
  readonly createdAt: Date
  /** To the day. */
  readonly lastUsedAt: Date | null
}

/** The latest used first; at most 200. */
export async function listAppsOf(db: Db, accountId: string): Promise<AllowedApp[]> {
  const result = await sql<AllowedApp>`
    select a.id, a.name, a.website, min(t.created_at) as created_at, max(t.last_used_at) as last_used_at,
      (select array_agg(distinct s order by s) from access_tokens t2, unnest(t2.scopes) s
        where t2.account_id = ${accountId}::bigint and t2.revoked_at is null
          and t2.app_id is not distinct from a.id) as scopes
    from access_tokens t left join oauth_apps a on a.id = t.app_id
    where t.account_id = ${accountId}::bigint and t.revoked_at is null
    group by a.id, a.name, a.website
    order by max(t.last_used_at) desc nulls last, min(t.created_at) desc limit 200`.execute(db)
  return result.rows
}

export async function listTokensOfApp(tx: Tx, accountId: string, appId: string | null): Promise<string[]> {
  const rows = await tx
    .selectFrom('accessTokens')
    .select('id')
    .where('accountId', '=', accountId)
    .where('revokedAt', 'is', null)
    .where(sql<boolean>`app_id is not distinct from ${appId}::bigint`)
    .execute()
  return rows.map(({ id }) => id)
}
