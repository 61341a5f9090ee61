import { sql } from 'kysely'
import type { Tx } from '../context.ts'

/** Of a thread with more in it than this, what else was said in a conversation may not be found. */
const mostOfThread = 5000

/**
 * Statuses are gone: a conversation that one of them was the latest of ends with what was said before it in the same
 * thread to the same people, and is gone where there is nothing. Whether it is unread stays, but nobody has yet to read
 * what they said themselves.
 */
export async function takeBackConversations(tx: Tx, goneIds: readonly string[]): Promise<void> {
  const isLatest = sql<boolean>`last_status_id = any(${goneIds}::bigint[])`
  const one = await tx.selectFrom('conversations').select('id').where(isLatest).limit(1).executeTakeFirst()
  if (one !== undefined) await fallBack(tx, goneIds)
}

async function fallBack(tx: Tx, goneIds: readonly string[]): Promise<void> {
  const gone = sql`${goneIds}::bigint[]`
  await sql`
    with recursive stale as (select * from conversations where last_status_id = any(${gone})),
    down (root_id, id) as (
      select root_id, root_id from stale
      union select root_id, last_status_id from stale
      union select d.root_id, s.id from down d join statuses s on s.in_reply_to_id = d.id
    ),
    before as (
      select c.id, max(s.id) as last_status_id from stale c
      join (select * from down limit ${mostOfThread}::int) d on d.root_id = c.root_id
      join statuses s on s.id = d.id
      where s.visibility = 'direct' and s.deleted_at is null and s.id <> all(${gone})
        and c.participants = array(
          select distinct who from unnest(s.actor_id || s.audience) who where who <> c.account_id order by who)
        and c.account_id = any(s.actor_id || s.audience)
      group by c.id
    ),
    kept as (
      update conversations c set last_status_id = b.last_status_id,
        unread = c.unread and not exists (
          select from posts p where p.id = b.last_status_id and p.actor_id = c.account_id)
      from before b where c.id = b.id
    )
    delete from conversations c using stale
    where c.id = stale.id and not exists (select from before b where b.id = c.id)`.execute(tx)
}

/** What a member said with somebody, and others: the latest of it may be seen no more. */
export async function deleteConversationsWith(tx: Tx, accountId: string, otherId: string): Promise<void> {
  await tx
    .deleteFrom('conversations')
    .where('accountId', '=', accountId)
    .where(sql<boolean>`participants @> array[${otherId}::bigint]`)
    .execute()
}
