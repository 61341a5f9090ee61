import { sql } from 'kysely'
import type { Tx } from '../context.ts'
import type { Tidings } from './notifications-keep.ts'

export type Told = {
  readonly accountId: string
  readonly type: string
  readonly fromId: string
  readonly statusId?: string | undefined
  readonly reportId?: string | undefined
}

export function oneTiding({ accountId, type, fromId, statusId, reportId }: Told): Tidings {
  return sql`select ${accountId}::bigint, ${type}::text, ${fromId}::bigint,
    ${statusId ?? null}::bigint, ${reportId ?? null}::bigint`
}

/** Who is named in statuses that are there since now, who wants to hear of all that their authors say, and who is quoted. */
export function tidingsOfStatuses(statusIds: readonly string[]): Tidings {
  const these = sql`s.id = any(${statusIds}::bigint[])`
  const named = sql`exists (select from jsonb_array_elements(s.mentions) m
    where (m ->> 'actorId')::bigint = f.follower_id)`
  return sql`
    select (m ->> 'actorId')::bigint, 'mention'::text, s.actor_id, s.id, null::bigint
    from statuses s cross join lateral jsonb_array_elements(s.mentions) m
    where ${these} and (m ->> 'actorId')::bigint = any(s.audience)
    union
    select f.follower_id, 'status', s.actor_id, s.id, null
    from statuses s join follows f on f.target_id = s.actor_id and f.state = 'accepted' and f.notifies
    where ${these} and s.boost_of_id is null and s.visibility <> 'direct' and not ${named}
      and (s.in_reply_to_uri is null and s.in_reply_to_id is null or exists (
        select from statuses p where p.id = s.in_reply_to_id and p.actor_id = s.actor_id))
    union
    select p.actor_id, 'quote', s.actor_id, s.id, null
    from statuses s join posts p on p.id = s.quote_of_id
    where ${these} and s.quote_state = 'accepted'`
}

/** Who is named only since it was said otherwise. */
export function tidingsOfNaming(statusId: string, namedBefore: readonly string[]): Tidings {
  return sql`
    select (m ->> 'actorId')::bigint, 'mention'::text, s.actor_id, s.id, null::bigint
    from statuses s cross join lateral jsonb_array_elements(s.mentions) m
    where s.id = ${statusId}::bigint
      and (s.visibility in ('public', 'unlisted') or (m ->> 'actorId')::bigint = any(s.audience))
      and not (m ->> 'actorId')::bigint = any(${namedBefore}::bigint[])`
}

/** Those who passed a status on, and those who quoted it: its author says it otherwise. */
export function tidingsOfEdit(statusId: string): Tidings {
  return sql`
    select b.actor_id, 'update'::text, s.actor_id, s.id, null::bigint
    from statuses s join posts b on b.boost_of_id = s.id and b.deleted_at is null
    where s.id = ${statusId}::bigint
    union
    select q.actor_id, 'quoted_update', s.actor_id, s.id, null
    from statuses s join posts q on q.quote_of_id = s.id and q.quote_state = 'accepted' and q.deleted_at is null
    where s.id = ${statusId}::bigint`
}

/** Whoever asked, if they live here, and whoever voted. */
export function tidingsOfPoll(statusId: string): Tidings {
  return sql`
    select a.id, 'poll'::text, s.actor_id, s.id, null::bigint
    from statuses s join accounts a on a.id = s.actor_id
    where s.id = ${statusId}::bigint
    union
    select a.id, 'poll', s.actor_id, s.id, null
    from statuses s join poll_votes v on v.status_id = s.id join accounts a on a.id = v.actor_id
    where s.id = ${statusId}::bigint`
}

/** Those who moderate here. */
export function tidingsForStaff(type: string, fromId: string, reportId: string | null): Tidings {
  return sql`
    select u.account_id, ${type}::text, ${fromId}::bigint, null::bigint, ${reportId}::bigint
    from users u where u.role in ('admin', 'moderator', 'owner') and u.disabled_at is null`
}

/** An edit is told of anew. */
export async function deleteTidingsOfEdit(tx: Tx, statusId: string): Promise<void> {
  await tx
    .deleteFrom('notifications')
    .where('statusId', '=', statusId)
    .where('type', 'in', ['update', 'quoted_update'])
    .execute()
}

/** What somebody did to a status, and took back. */
export async function deleteTidingsOfDeed(
  tx: Tx,
  type: string,
  fromId: string,
  statusId: string,
): Promise<void> {
  await tx
    .deleteFrom('notifications')
    .where('statusId', '=', statusId)
    .where('fromId', '=', fromId)
    .where('type', '=', type)
    .execute()
}

/** Of a request to follow, once it is answered. */
export async function deleteTidingsOfRequest(tx: Tx, targetId: string, followerId: string): Promise<void> {
  await tx
    .deleteFrom('notifications')
    .where('accountId', '=', targetId)
    .where('fromId', '=', followerId)
    .where('type', '=', 'follow_request')
    .execute()
}

/** What a member was told of people of a domain. */
export async function deleteNotificationsFromDomain(
  tx: Tx,
  accountId: string,
  domain: string,
): Promise<void> {
  await sql`
    delete from notifications n using remote_actors a
    where n.account_id = ${accountId}::bigint and a.id = n.from_id and a.domain = ${domain}`.execute(tx)
}
