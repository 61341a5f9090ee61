import { sql } from 'kysely'
import type { Db } from '../context.ts'
import { belongsOnHome, shownTo, wantedAnswers, wantedOf } from './home-predicates.ts'
import type { Gone } from './stream-events.ts'
import { viewerSql } from './visibility.ts'

/** A status, and whoever reads it: an account, or a list. */
export type Reading = { readonly readerId: string; readonly statusId: string }

const viewer = viewerSql(sql.ref('v.id'))

/** Who of these members has which of these statuses on their home: the same answer as `listHomeStatuses` gives. */
export async function listHomeReaders(
  db: Db,
  viewerIds: readonly string[],
  statusIds: readonly string[],
): Promise<Reading[]> {
  if (viewerIds.length === 0 || statusIds.length === 0) return []
  const isTagged = sql`exists (
    select from tag_follows t where t.account_id = ${viewer} and t.tag = any(statuses.tags))`
  const viewers = sql`any(${viewerIds}::bigint[])`
  // Most of those who listen have nothing to do with most of what is said.
  const { rows } = await sql<Reading>`
    with said as materialized (select * from statuses where id = any(${statusIds}::bigint[])),
    concerned (id, status_id) as (
      select actor_id, id from said where actor_id = ${viewers}
      union
      select f.follower_id, said.id from said
      join follows f on f.target_id = said.actor_id and f.follower_id = ${viewers} and f.state = 'accepted'
      union
      select t.account_id, said.id from said
      join tag_follows t on t.tag = any(said.tags) and t.account_id = ${viewers}
    )
    select v.id as reader_id, statuses.id as status_id
    from concerned v join said statuses on statuses.id = v.status_id
    where ${belongsOnHome(viewer, isTagged)}`.execute(db)
  return rows
}

/** Which of these lists shows which of these statuses: the same answer as `readList` gives. */
export async function listListReaders(
  db: Db,
  listIds: readonly string[],
  statusIds: readonly string[],
): Promise<Reading[]> {
  if (listIds.length === 0 || statusIds.length === 0) return []
  const [id, accountId, repliesPolicy] = ['l.id', 'l.accountId', 'l.repliesPolicy'].map((it) => sql.ref(it))
  const { rows } = await sql<Reading>`
    select l.id as reader_id, statuses.id as status_id
    from (select * from statuses where id = any(${statusIds}::bigint[]) offset 0) statuses
    join list_members lm on lm.target_id = statuses.actor_id
    join lists l on l.id = lm.list_id and l.id = any(${listIds}::bigint[])
    left join follows g
      on g.follower_id = l.account_id and g.target_id = statuses.actor_id and g.state = 'accepted'
    cross join lateral (select coalesce(g.shows_boosts, true) as shows_boosts, g.languages) f
    where ${wantedOf(accountId!)}
      and ${wantedAnswers({ id: id!, accountId: accountId!, repliesPolicy: repliesPolicy! })}
      and ${shownTo(accountId!)}`.execute(db)
  return rows
}

/** Who of these members may see which of these statuses, and wants to see it in lists. */
export async function listOpenReaders(
  db: Db,
  viewerIds: readonly string[],
  statusIds: readonly string[],
): Promise<Reading[]> {
  if (viewerIds.length === 0 || statusIds.length === 0) return []
  const { rows } = await sql<Reading>`
    select v.id as reader_id, statuses.id as status_id
    from unnest(${viewerIds}::bigint[]) v (id)
    cross join lateral (select * from statuses where id = any(${statusIds}::bigint[]) offset 0) statuses
    where ${shownTo(viewer)}`.execute(db)
  return rows
}

/** Those of these statuses that are still there. */
export async function listRemaining(db: Db, statusIds: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await db
    .selectFrom('statuses')
    .select('id')
    .where(sql<boolean>`id = any(${statusIds}::bigint[])`)
    .where('deletedAt', 'is', null)
    .execute()
  return new Set(rows.map(({ id }) => id))
}

/** Whose home, and which list, may have shown what is gone. */
export async function listFormerReaders(
  db: Db,
  { viewerIds, listIds }: { readonly viewerIds: readonly string[]; readonly listIds: readonly string[] },
  all: readonly Gone[],
): Promise<Reading[]> {
  const tagged = all.flatMap(({ id, tags, visibility }) =>
    visibility === 'public' ? tags.map((tag) => ({ id, tag })) : [],
  )
  const { rows } = await sql<Reading>`
    with gone as (
      select * from unnest(${all.map(({ id }) => id)}::bigint[], ${all.map((one) => one.actorId)}::bigint[],
        ${all.map(({ visibility }) => visibility !== 'direct')}::boolean[]) g (id, actor_id, is_shared)
    )
    select f.follower_id as reader_id, gone.id as status_id
    from gone join follows f on f.target_id = gone.actor_id and f.state = 'accepted'
    where gone.is_shared and f.follower_id = any(${viewerIds}::bigint[])
    union
    select m.list_id, gone.id from gone join list_members m on m.target_id = gone.actor_id
    where gone.is_shared and m.list_id = any(${listIds}::bigint[])
    union
    select t.account_id, g.id
    from unnest(${tagged.map(({ id }) => id)}::bigint[], ${tagged.map(({ tag }) => tag)}::text[]) g (id, tag)
    join tag_follows t on t.tag = g.tag and t.account_id = any(${viewerIds}::bigint[])`.execute(db)
  return rows
}
