import { sql } from 'kysely'
import type { Db, Tx } from '../context.ts'
import { prepared } from '../db/prepared.ts'
import type { Visibility } from '../db/schema.ts'
import { parentOf } from './thread-roots.ts'
import { notBlockedBy, notHiddenFrom, visibleTo } from './visibility.ts'

/** What a status answers, and what that answers, from the nearest up. A ring is gone round once. */
export async function listAncestorIds(db: Db, statusId: string, limit: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    with recursive up (id, parent, height) as (
      select s.id, s.in_reply_to_id, 0 from statuses s where s.id = ${statusId}::bigint
      union all
      select s.id, s.in_reply_to_id, up.height + 1
      from up ${parentOf('up')}
      where up.height < ${limit}::int
    )
    select id from up where height > 0 and id <> ${statusId}::bigint order by height`.execute(db)
  return [...new Set(rows.map(({ id }) => id))]
}

/**
 * What answers a status, and what answers that, level by level, whoever may see it; every one once. Each answers one:
 * only the status itself can close a ring.
 * @param depth how many levels
 */
export async function listDescendantIds(
  db: Db,
  statusId: string,
  limit: number,
  depth = Number.MAX_SAFE_INTEGER,
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    with recursive down (id, depth) as (
      select ${statusId}::bigint, 0::bigint
      union all
      select s.id, down.depth + 1 from down join statuses s on s.in_reply_to_id = down.id
      where s.id <> ${statusId}::bigint and down.depth < ${depth}::bigint
    )
    select id from (select id from down limit ${limit + 1}) found
    where id <> ${statusId}::bigint`.execute(db)
  return rows.map(({ id }) => id)
}

/** Those of these statuses that a viewer may see, and not by those whom the blocker blocks, oldest first. */
export async function listVisibleIds(
  db: Db,
  ids: readonly string[],
  viewerId: string | undefined,
  limit: number,
  blockerId = viewerId,
): Promise<string[]> {
  if (ids.length === 0) return []
  const query = db
    .selectFrom('statuses')
    .modifyFront(prepared)
    .select('id')
    .where((eb) => eb('id', '=', eb.fn.any(sql<string[]>`${ids}::bigint[]`)))
    .where(visibleTo(viewerId))
    .orderBy('id')
    .limit(limit)
  const wanted = blockerId === undefined ? query : query.where(notBlockedBy(blockerId))
  const rows = await wanted.execute()
  return rows.map(({ id }) => id)
}

/** Those of these statuses that a viewer may see and wants in lists, oldest first. */
export async function listWantedIds(
  db: Db,
  ids: readonly string[],
  viewerId: string | undefined,
  limit: number,
): Promise<string[]> {
  if (viewerId === undefined) return listVisibleIds(db, ids, viewerId, limit)
  const rows = await db
    .selectFrom('statuses')
    .modifyFront(prepared)
    .select('id')
    .where((eb) => eb('id', '=', eb.fn.any(sql<string[]>`${ids}::bigint[]`)))
    .where(visibleTo(viewerId))
    .where(notHiddenFrom(viewerId))
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.map(({ id }) => id)
}

/**
 * Takes the right to ask others for the answers to a status.
 * @returns false when they were asked for after `before`
 */
export async function claimReplies(tx: Tx, statusId: string, before: Date, now: Date): Promise<boolean> {
  const row = await tx
    .updateTable('statuses')
    .set({ repliesCheckedAt: now })
    .where('id', '=', statusId)
    .where((eb) => eb.or([eb('repliesCheckedAt', 'is', null), eb('repliesCheckedAt', '<', before)]))
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** The same for many, by their URIs. @returns the collections that may be asked now */
export async function claimRepliesOf(
  db: Db,
  uris: readonly string[],
  before: Date,
  now: Date,
): Promise<string[]> {
  if (uris.length === 0) return []
  const rows = await db
    .updateTable('remoteStatuses')
    .set({ repliesCheckedAt: now })
    .where('uri', 'in', uris)
    .where('visibility', 'in', ['public', 'unlisted'])
    .where('repliesUri', 'is not', null)
    .where((eb) => eb.or([eb('repliesCheckedAt', 'is', null), eb('repliesCheckedAt', '<', before)]))
    .returning('repliesUri')
    .execute()
  return rows.flatMap(({ repliesUri }) => repliesUri ?? [])
}

/** Which of these other servers' statuses are here. */
export async function listKnownUris(db: Db, uris: readonly string[]): Promise<ReadonlySet<string>> {
  if (uris.length === 0) return new Set()
  const rows = await db.selectFrom('remoteStatuses').select('uri').where('uri', 'in', uris).execute()
  return new Set(rows.flatMap(({ uri }) => uri ?? []))
}

/** Of these statuses, the URIs of those that others keep answers of. */
export async function listUrisWithReplies(db: Db, ids: readonly string[], limit: number): Promise<string[]> {
  if (ids.length === 0) return []
  const rows = await db
    .selectFrom('remoteStatuses')
    .select('uri')
    .where((eb) => eb('id', '=', eb.fn.any(sql<string[]>`${ids}::bigint[]`)))
    .where('repliesUri', 'is not', null)
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.flatMap(({ uri }) => uri ?? [])
}

/** What a status answers is here now. */
export async function linkToParent(db: Db, statusId: string, parentId: string): Promise<void> {
  await db
    .updateTable('remoteStatuses')
    .set({ inReplyToId: parentId })
    .where('id', '=', statusId)
    .where('id', '!=', parentId)
    .where('inReplyToId', 'is', null)
    .execute()
}

const open: readonly Visibility[] = ['public', 'unlisted']

/**
 * What our people said, and those whom they follow, between two ids, or what that boosts, quotes or answers: as far as
 * another server keeps answers to it that were never asked for.
 */
export async function listUnreadThreads(
  db: Db,
  between: { readonly after: string; readonly before: string },
  limit: number,
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select distinct t.id
    from statuses s
    cross join lateral (
      select case when s.is_local then coalesce(s.boost_of_id, s.quote_of_id, s.in_reply_to_id)
        else coalesce(s.boost_of_id, s.quote_of_id, s.id) end as target_id
    ) named
    join remote_statuses t on t.id = named.target_id
    where s.id > ${between.after}::bigint and s.id < ${between.before}::bigint
      and s.visibility = any(${sql.val(open)}::visibility[]) and s.deleted_at is null
      and (s.is_local or exists (
        select from follows f
        where f.target_id = s.actor_id and f.follower_uri is null and f.state = 'accepted'))
      and t.visibility = any(${sql.val(open)}::visibility[])
      and (t.replies_uri is not null or t.context_uri is not null)
      and t.replies_checked_at is null
    order by t.id desc
    limit ${limit}`.execute(db)
  return rows.map(({ id }) => id)
}
