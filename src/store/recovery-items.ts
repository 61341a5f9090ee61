import { sql } from 'kysely'
import type { Db, Tx } from '../context.ts'

export type ItemState = 'waiting' | 'asked' | 'done' | 'failed'

/** One thing of a kit that is restored by itself. */
export type RecoveryItem = {
  readonly number: string
  readonly kind: string
  readonly data: unknown
  readonly host: string
  readonly attempts: number
}

/** @param number where it stands in the kit: put in twice it is there once */
export async function insertItems(
  tx: Tx,
  recoveryId: string,
  items: readonly { number: string; kind: string; data: unknown; host: string }[],
  due: Date,
): Promise<void> {
  if (items.length === 0) return
  await sql`
    insert into recovery_items (recovery_id, number, kind, data, host, due)
    select ${recoveryId}::bigint, r.number, r.kind, r.data::jsonb, r.host, ${due}
    from unnest(
      ${items.map(({ number }) => number)}::bigint[], ${items.map(({ kind }) => kind)}::text[],
      ${items.map(({ data }) => JSON.stringify(data))}::text[], ${items.map(({ host }) => host)}::text[]
    ) r (number, kind, data, host)
    on conflict (recovery_id, number) do nothing`.execute(tx)
}

/** Where things stood in one kit says nothing of another. */
export async function deleteItems(tx: Tx, recoveryId: string): Promise<void> {
  await tx.deleteFrom('recoveryItems').where('recoveryId', '=', recoveryId).execute()
}

/** Those that are due, posts apart, one of each host, so that no host is asked for many things at once. */
export async function listDueItems(
  db: Db,
  recoveryId: string,
  now: Date,
  limit: number,
): Promise<RecoveryItem[]> {
  const { rows } = await sql<RecoveryItem>`
    select number, kind, data, host, attempts from (
      select distinct on (host) number, kind, data, host, attempts from recovery_items
      where recovery_id = ${recoveryId}::bigint and due <= ${now} and kind <> 'post' order by host, number
    ) first order by number limit ${limit}`.execute(db)
  return rows
}

export async function updateItem(
  tx: Tx,
  recoveryId: string,
  number: string,
  changes: { state: ItemState; due: Date | null; attempts: number; detail: string | null },
): Promise<void> {
  await tx
    .updateTable('recoveryItems')
    .set(changes)
    .where('recoveryId', '=', recoveryId)
    .where('number', '=', number)
    .execute()
}

/** When the next is due, and whether a follow waits for its answer. */
export async function readItemOutlook(
  db: Db,
  recoveryId: string,
): Promise<{ readonly nextDue: Date | null; readonly isAsking: boolean }> {
  const { rows } = await sql<{ nextDue: Date | null; isAsking: boolean }>`
    select min(due) as next_due, coalesce(bool_or(state = 'asked'), false) as is_asking
    from recovery_items where recovery_id = ${recoveryId}::bigint`.execute(db)
  return rows[0]!
}

/** By kind and state, without pieces of files, which wait for nothing. */
export type ItemCount = { readonly kind: string; readonly state: ItemState; readonly count: number }

export async function countItems(db: Db, recoveryId: string): Promise<ItemCount[]> {
  const { rows } = await sql<ItemCount>`
    select kind, state, count(*)::integer as count from recovery_items
    where recovery_id = ${recoveryId}::bigint and kind <> 'piece' group by kind, state order by kind, state`.execute(
    db,
  )
  return rows
}

/** Follows that were asked for and are accepted by now: whom they are of, and where they are reached. */
export async function takeAnswered(
  tx: Tx,
  recoveryId: string,
  limit: number,
): Promise<{ number: string; actor: string; inboxId: number | null }[]> {
  const { rows } = await sql<{ number: string; actor: string; inboxId: number | null }>`
    update recovery_items i set state = 'done', detail = null from (
      select x.number, x.data->>'actor' as actor, a.inbox_id
      from recovery_items x join recoveries r on r.id = x.recovery_id
      join remote_actors a on a.uri = x.data->>'actor'
      join follows f on f.follower_id = r.account_id and f.target_id = a.id and f.state = 'accepted'
      where x.recovery_id = ${recoveryId}::bigint and x.kind = 'follow' and x.state = 'asked' limit ${limit}
    ) answered
    where i.recovery_id = ${recoveryId}::bigint and i.number = answered.number
    returning i.number, answered.actor, answered.inbox_id`.execute(tx)
  await hastenTies(
    tx,
    recoveryId,
    rows.map(({ actor }) => actor),
  )
  return rows
}

/** Only who is followed is on a list or recommended: what waited for that need not wait any more. */
async function hastenTies(tx: Tx, recoveryId: string, actors: readonly string[]): Promise<void> {
  await sql`
    update recovery_items set due = now(), state = 'waiting'
    where recovery_id = ${recoveryId}::bigint and kind in ('list_member', 'endorsement')
      and state in ('waiting', 'failed') and data->>'actor' = any(${[...actors]}::text[])`.execute(tx)
}

/** Posts and boosts, oldest first. */
export async function listDuePosts(
  db: Db,
  recoveryId: string,
  limit: number,
): Promise<{ number: string; data: unknown }[]> {
  return db
    .selectFrom('recoveryItems')
    .select(['number', 'data'])
    .where('recoveryId', '=', recoveryId)
    .where('kind', '=', 'post')
    .where('due', 'is not', null)
    .orderBy('number')
    .limit(limit)
    .execute()
}

/** @param outcomes `detail` says why one could not be restored */
export async function settleItems(
  tx: Tx,
  recoveryId: string,
  outcomes: readonly { readonly number: string; readonly detail: string | null }[],
): Promise<void> {
  await sql`
    update recovery_items i set due = null, detail = r.detail, attempts = i.attempts + 1,
      state = case when r.detail is null then 'done' else 'failed' end
    from unnest(
      ${outcomes.map(({ number }) => number)}::bigint[], ${outcomes.map(({ detail }) => detail)}::text[]
    ) r (number, detail)
    where i.recovery_id = ${recoveryId}::bigint and i.number = r.number`.execute(tx)
}
