import { sql, type RawBuilder } from 'kysely'
import type { Tx } from '../context.ts'
import { hearsOf, office } from './notification-wishes.ts'
import { subscriptionsFor } from './push-subscriptions.ts'
import { publishEvent } from './stream-events.ts'
import { mostStepsUp, parentOf } from './thread-roots.ts'
import { notHidden } from './visibility.ts'

/** A query with the columns account_id, type, from_id, status_id and report_id: who may be told of what. */
export type Tidings = RawBuilder<unknown>

/** A notification that one app is to be told of. */
export type Push = { readonly notificationId: string; readonly subscriptionId: number }

/** What no choice of a member keeps from them: what they had part in, and what is their office. */
const always = sql`('poll', 'update', 'quoted_update', 'admin.sign_up', 'admin.report')`

/** How long likes, boosts and followers gather in one group, as a PostgreSQL expression over the moment `at`. */
const groupKey = (at: RawBuilder<unknown>) => sql`case
  when type in ('favourite', 'reblog') then type || '-' || status_id || '-' || ${bucket(at)}
  when type in ('follow', 'admin.sign_up') then type || '-' || ${bucket(at)}
  else 'ungrouped' end`

const bucket = (at: RawBuilder<unknown>) => sql`(floor(extract(epoch from ${at}) / 43200) * 12)::bigint`

/**
 * Tells members what they want to be told, with one statement for any number of tidings; what they were told before
 * changes nothing. Nobody is told of themselves (but of the end of their own poll), of those whom they block or are
 * blocked by, whose domain they block, whom they mute for notifications, who are hidden here, or of a thread that they
 * mute. Their policy drops the rest or sets it aside as a request of its sender.
 * @returns whom apps want to be told of what, by push
 */
export async function keepNotifications(tx: Tx, tidings: Tidings, now: Date): Promise<Push[]> {
  const at = sql`${now}::timestamptz`
  const { rows } = await sql<{ id: string; accountId: string; subscriptionIds: number[] }>`
    with recursive tidings (account_id, type, from_id, status_id, report_id) as materialized (${tidings}),
    up (account_id, status_id, at, parent, steps) as (
      select t.account_id, t.status_id, s.id, s.in_reply_to_id, 0
      from tidings t join statuses s on s.id = t.status_id
      where exists (select from muted_threads m where m.account_id = t.account_id)
      union all
      select up.account_id, up.status_id, s.id, s.in_reply_to_id, up.steps + 1
      from up ${parentOf('up')} where up.steps < ${mostStepsUp}::int
    ),
    wanted as (select t.* from tidings t where ${isWanted(at)}),
    judged as (select w.*, ${verdict(at)} as verdict from wanted w),
    told as (
      insert into notifications (account_id, type, from_id, status_id, report_id, group_key, filtered, created_at)
      select account_id, type, from_id, status_id, report_id, ${groupKey(at)}, verdict = 'filter', ${at}
      from judged where verdict <> 'drop' order by status_id
      on conflict do nothing
      returning id, account_id, type, from_id, filtered
    ),
    asked as (
      insert into notification_requests (id, account_id, from_id, created_at, updated_at)
      select min(id), account_id, from_id, ${at}, ${at} from told where filtered group by account_id, from_id
      on conflict (account_id, from_id) do update set updated_at = excluded.updated_at
    )
    select id, account_id, ${subscriptionsFor('told')} as subscription_ids
    from told where not filtered`.execute(tx)
  for (const { id, accountId } of rows) publishEvent(tx, { event: 'notification', accountId, id })
  return rows.flatMap(({ id, subscriptionIds }) =>
    subscriptionIds.map((subscriptionId) => ({ notificationId: id, subscriptionId })),
  )
}

function isWanted(at: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`exists (select from accounts a where a.id = t.account_id and a.deleted_at is null)
    and (t.type in ${office} and t.from_id <> t.account_id
      or t.type = 'poll' and t.from_id = t.account_id
      or t.from_id <> t.account_id and ${notHidden(sql`t.from_id`)}
        and ${hearsOf(sql`t.account_id`, sql`t.from_id`, at)})
    and not exists (select from up join muted_threads m on m.root_id = up.at and m.account_id = up.account_id
      where up.account_id = t.account_id and up.status_id = t.status_id)`
}

/**
 * `accept`, `filter` or `drop`: the strictest that a member has chosen for what this is. Nobody is limited here, so that
 * what they chose for limited accounts (`for_limited_accounts`) is never asked.
 */
function verdict(at: RawBuilder<unknown>): RawBuilder<unknown> {
  const follows = sql`exists (select from follows f
    where f.follower_id = w.account_id and f.target_id = w.from_id and f.state = 'accepted')`
  const followed = sql`exists (select from follows f
    where f.follower_id = w.from_id and f.target_id = w.account_id and f.state = 'accepted')`
  const fresh = sql`exists (select from actors x
    where x.id = w.from_id and x.created_at > ${at} - interval '30 days')`
  const unasked = sql`exists (select from statuses s left join statuses p on p.id = s.in_reply_to_id
    where s.id = w.status_id and s.visibility = 'direct' and p.actor_id is distinct from w.account_id)`
  return sql`case
    when w.type in ${always} then 'accept'
    when exists (select from notification_requests r
      where r.account_id = w.account_id and r.from_id = w.from_id and r.state = 'accepted') then 'accept'
    else coalesce((select case when 'drop' = any(v.said) then 'drop'
        when 'filter' = any(v.said) then 'filter' else 'accept' end
      from (select array[
        case when coalesce(p.for_not_following, 'accept') <> 'accept' and not ${follows}
          then p.for_not_following end,
        case when coalesce(p.for_not_followers, 'accept') <> 'accept' and not ${followed}
          then p.for_not_followers end,
        case when coalesce(p.for_new_accounts, 'accept') <> 'accept' and not ${follows} and ${fresh}
          then p.for_new_accounts end,
        case when w.type = 'mention' and ${unasked} and not ${follows}
          then coalesce(p.for_private_mentions, 'filter') end] as said
        from (select 1) one left join notification_policies p on p.account_id = w.account_id) v), 'accept')
  end`
}
