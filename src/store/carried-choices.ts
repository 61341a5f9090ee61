import { sql } from 'kysely'
import type { Db, Tx } from '../context.ts'

/** Somebody who moved: who they were, and who they are now. */
export type Passage = {
  readonly fromId: string
  readonly toId: string
  /** Null for an account of ours. */
  readonly toUri: string | null
}

/** Those of us who block or mute somebody or noted something about them, by id. */
export async function listThoseWithChoices(
  db: Db,
  targetId: string,
  page: { after: string; limit: number },
): Promise<string[]> {
  const after = sql`${page.after}::bigint`
  const result = await sql<{ accountId: string }>`
    select account_id from (
      select account_id from mutes where target_id = ${targetId} and account_id > ${after}
      union select account_id from account_notes where target_id = ${targetId} and account_id > ${after}
      union select a.id from blocks b join accounts a on a.id = b.actor_id
        where b.target_id = ${targetId} and b.actor_id > ${after}
    ) them order by account_id limit ${page.limit}`.execute(db)
  return result.rows.map(({ accountId }) => accountId)
}

/** On the lists of an account where somebody was, they are as who they are now. */
export async function carryListMember(
  tx: Tx,
  accountId: string,
  { fromId, toId, toUri }: Passage,
): Promise<void> {
  await sql`
    insert into list_members (list_id, target_id, target_uri)
    select m.list_id, ${toId}::bigint, ${toUri}::text
    from list_members m join lists l on l.id = m.list_id
    where m.target_id = ${fromId} and l.account_id = ${accountId}
    on conflict do nothing`.execute(tx)
}

/** @param id for the one that is made */
export async function carryEndorsement(
  tx: Tx,
  accountId: string,
  { fromId, toId, toUri }: Passage,
  id: string,
): Promise<void> {
  await sql`
    insert into endorsements (id, account_id, target_id, target_uri)
    select ${id}::bigint, account_id, ${toId}::bigint, ${toUri}::text
    from endorsements where target_id = ${fromId} and account_id = ${accountId}
    on conflict do nothing`.execute(tx)
}

/** With what it hides, until it ends. One that there is stays as it is. @param id for the one that is made */
export async function carryMute(
  tx: Tx,
  accountId: string,
  { fromId, toId, toUri }: Passage,
  id: string,
): Promise<void> {
  await sql`
    insert into mutes (id, account_id, target_id, target_uri, hides_notifications, expires_at)
    select ${id}::bigint, account_id, ${toId}::bigint, ${toUri}::text, hides_notifications, expires_at
    from mutes where target_id = ${fromId} and account_id = ${accountId}
    on conflict do nothing`.execute(tx)
}

/** What was noted; behind a note that there is, unless that says so already. At most 2,000 characters. */
export async function carryNote(tx: Tx, accountId: string, { fromId, toId, toUri }: Passage): Promise<void> {
  await sql`
    insert into account_notes as kept (account_id, target_id, target_uri, comment)
    select account_id, ${toId}::bigint, ${toUri}::text, comment
    from account_notes where target_id = ${fromId} and account_id = ${accountId}
    on conflict (account_id, target_id) do update
      set comment = left(kept.comment || E'\n\n' || excluded.comment, 2000)
      where position(excluded.comment in kept.comment) = 0`.execute(tx)
}

/** Whom a follower still follows who has moved to somebody. */
export async function listFormerOf(db: Db, followerId: string, presentId: string): Promise<string[]> {
  const follower = sql`${followerId}::bigint`
  const result = await sql<{ id: string }>`
    select f.target_id as id from follows f where f.follower_id = ${follower} and f.target_id in (
      select id from remote_actors where moved_to_id = ${presentId}
      union all select id from accounts where moved_to_id = ${presentId})`.execute(db)
  return result.rows.map(({ id }) => id)
}
