import { sql, type RawBuilder, type SqlBool } from 'kysely'
import { notHidden } from './visibility.ts'

/** What is the office of those who moderate: they hear of it whoever did it. */
export const office = sql`('admin.sign_up', 'admin.report')`

/**
 * Whether a member is told of what an actor does: neither blocks the other, and the member neither mutes them for
 * notifications nor blocks their domain. A mute that has ended is none.
 * @param member and `actor`: columns with ids
 * @param at the moment, as PostgreSQL's timestamptz
 */
export function hearsOf(
  member: RawBuilder<unknown>,
  actor: RawBuilder<unknown>,
  at: RawBuilder<unknown>,
): RawBuilder<SqlBool> {
  return sql`(not exists (select from blocks b where b.actor_id = ${member} and b.target_id = ${actor} offset 0)
    and not exists (select from blocks b where b.actor_id = ${actor} and b.target_id = ${member} offset 0)
    and not exists (select from mutes m
      where m.account_id = ${member} and m.target_id = ${actor} and m.hides_notifications
        and (m.expires_at is null or m.expires_at > ${at}) offset 0)
    and not exists (select from remote_actors far
      join account_domain_blocks d on d.account_id = ${member} and d.domain = far.domain
      where far.id = ${actor} offset 0))`
}

/**
 * Which rows of `notifications` their members are still told of, wherever they are listed or counted: of nobody who is
 * hidden here since, or of whom they do not hear any more. As one condition, since PostgreSQL would take each part for
 * one that leaves few rows.
 */
export const isStillTold: RawBuilder<SqlBool> = sql`(case when ${notHidden(sql.ref('notifications.fromId'))}
  and (notifications.from_id = notifications.account_id or notifications.type in ${office}
    or ${hearsOf(sql.ref('notifications.accountId'), sql.ref('notifications.fromId'), sql`now()`)})
  then true else false end)`

/**
 * The same of many rows of one member: whom they do not hear of is looked up once and not for each row, which for a page
 * of a few rows takes longer.
 */
export function isStillToldTo(accountId: string): RawBuilder<SqlBool> {
  const member = sql`${accountId}::bigint`
  return sql`notifications.from_id not in (select x.id from actors x where x.hidden)
    and (notifications.from_id = ${member} or notifications.type in ${office} or notifications.from_id not in (
        select b.target_id from blocks b where b.actor_id = ${member}
        union all select b.actor_id from blocks b where b.target_id = ${member}
        union all select m.target_id from mutes m where m.account_id = ${member} and m.hides_notifications
          and (m.expires_at is null or m.expires_at > now()))
      and (not exists (select from account_domain_blocks d where d.account_id = ${member}) or not exists (
        select from remote_actors far
        join account_domain_blocks d on d.account_id = ${member} and d.domain = far.domain
        where far.id = notifications.from_id offset 0)))`
}
