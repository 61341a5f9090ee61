import { sql, type Insertable, type RawBuilder, type Selectable } from 'kysely'
import type { Db } from '../context.ts'
import type { PushSubscriptions } from '../db/schema.ts'

export const pushPolicies = ['all', 'followed', 'follower', 'none'] as const
export type PushPolicy = (typeof pushPolicies)[number]

/** Where an app wants to be told of notifications; `alerts` are their types. */
export type PushSubscription = Selectable<PushSubscriptions>

/** The one of a token: it takes the place of one that it had before, under another id. */
export async function replacePushSubscription(
  db: Db,
  row: Insertable<PushSubscriptions>,
): Promise<PushSubscription> {
  return db
    .insertInto('pushSubscriptions')
    .values(row)
    .onConflict((conflict) => conflict.column('tokenId').doUpdateSet({ ...row, id: sql`default` }))
    .returningAll()
    .executeTakeFirstOrThrow()
}

export async function findPushSubscription(db: Db, tokenId: string): Promise<PushSubscription | undefined> {
  return db.selectFrom('pushSubscriptions').selectAll().where('tokenId', '=', tokenId).executeTakeFirst()
}

/** @returns undefined when there is none */
export async function updatePushSubscription(
  db: Db,
  tokenId: string,
  changes: { readonly alerts?: string[]; readonly policy?: string; readonly updatedAt: Date },
): Promise<PushSubscription | undefined> {
  return db
    .updateTable('pushSubscriptions')
    .set(changes)
    .where('tokenId', '=', tokenId)
    .returningAll()
    .executeTakeFirst()
}

/** Of tokens that hold no more, or whose app wants to hear nothing. */
export async function deletePushSubscriptionsOf(db: Db, tokenIds: readonly string[]): Promise<void> {
  if (tokenIds.length > 0) await db.deleteFrom('pushSubscriptions').where('tokenId', 'in', tokenIds).execute()
}

/** One to which nothing can be sent. The app may have made another for the same token by now. */
export async function deletePushSubscription(db: Db, id: number): Promise<void> {
  await db.deleteFrom('pushSubscriptions').where('id', '=', id).execute()
}

/**
 * An array of the subscriptions by which a member wants to be told of something.
 * @param told an alias of rows with account_id, from_id and type
 */
export function subscriptionsFor(told: string): RawBuilder<number[]> {
  const t = sql.ref(told)
  const follows = (who: RawBuilder<unknown>, whom: RawBuilder<unknown>) => sql`exists (
    select from follows f where f.follower_id = ${who} and f.target_id = ${whom} and f.state = 'accepted')`
  const [member, other] = [sql`${t}.account_id`, sql`${t}.from_id`]
  return sql<number[]>`array(
    select p.id from push_subscriptions p
    where p.account_id = ${member} and ${t}.type = any(p.alerts) and case p.policy
      when 'all' then true
      when 'followed' then ${follows(member, other)}
      when 'follower' then ${follows(other, member)}
      else false end)`
}

/** A subscription, and what its message says in whose words. */
export type DuePush = PushSubscription & { readonly locale: string | null }

/** Unless its token was revoked, its member may not act, or they want to hear nothing of whoever did something. */
export async function findDuePush(db: Db, id: number, fromId: string): Promise<DuePush | undefined> {
  const from = sql`${fromId}::bigint`
  return db
    .selectFrom('pushSubscriptions as p')
    .innerJoin('accessTokens as t', 't.id', 'p.tokenId')
    .innerJoin('users as u', 'u.accountId', 'p.accountId')
    .innerJoin('accounts as a', 'a.id', 'p.accountId')
    .selectAll('p')
    .select('u.locale')
    .where('p.id', '=', id)
    .where('t.revokedAt', 'is', null)
    .where('u.disabledAt', 'is', null)
    .where('a.suspendedAt', 'is', null)
    .where('a.deletedAt', 'is', null)
    .where(
      sql<boolean>`not exists (select from blocks b where b.actor_id = p.account_id and b.target_id = ${from}
          or b.actor_id = ${from} and b.target_id = p.account_id)
        and not exists (select from mutes m where m.account_id = p.account_id and m.target_id = ${from}
          and m.hides_notifications and (m.expires_at is null or m.expires_at > now()))`,
    )
    .executeTakeFirst()
}
