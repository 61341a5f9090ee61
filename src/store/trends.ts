import { sql, type RawBuilder, type SqlBool } from 'kysely'
import type { Db } from '../context.ts'
import { mayTrendAs } from './hidden-trends.ts'
import { notHidden } from './visibility.ts'

/** Trends are of so many of the latest public statuses at most: what they cost does not grow. */
const latest = 5000

/**
 * Public statuses since then, of whoever may be shown.
 * @param narrower a condition on `statuses`
 */
function recent(since: string, narrower = sql<SqlBool>`true`): RawBuilder<unknown> {
  return sql`
    select id, actor_id, tags from statuses
    where visibility = 'public' and boost_of_id is null and boost_of_uri is null and deleted_at is null
      and id > ${since}::bigint and ${notHidden(sql.ref('statuses.actorId'))} and ${narrower}
    order by id desc limit ${latest}::int`
}

/** Nothing that its author wanted to be looked at with care is shown to everybody. */
const isPlain = sql<SqlBool>`(not statuses.sensitive and statuses.summary = '')`

/** As in Mastodon: whoever does not want to be found by strangers does not trend, and no answer without its question. */
const mayTrend = sql<SqlBool>`(${isPlain}
  and statuses.in_reply_to_id is null and statuses.in_reply_to_uri is null
  and exists (select from actors a where a.id = statuses.actor_id and a.discoverable offset 0)
  and not exists (select from unnest(statuses.tags) tag where not ${mayTrendAs(sql`'#' || tag`)}))`

export type TrendingTag = { readonly name: string; readonly uses: number; readonly accounts: number }

/** Tags that the most people used, of those that two at least did. @param since an id */
export async function listTrendingTags(db: Db, since: string, limit: number): Promise<TrendingTag[]> {
  const { rows } = await sql<TrendingTag>`
    select tag as name, count(*)::int as uses, count(distinct actor_id)::int as accounts
    from (${recent(since)}) s, unnest(s.tags) tag
    where ${mayTrendAs(sql`'#' || tag`)}
    group by tag having count(distinct actor_id) >= 2
    order by accounts desc, uses desc, tag limit ${limit}::int`.execute(db)
  return rows
}

/** Ids of the cards of pages to which the most people linked, of those to which two at least did. @param since an id */
export async function listTrendingLinkIds(db: Db, since: string, limit: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select l.preview_id as id
    from (${recent(since, isPlain)}) s join status_links l on l.status_id = s.id
    join link_previews p on p.id = l.preview_id and p.card is not null
      and ${mayTrendAs(sql`p.url`, sql`p.card ->> 'url'`)}
    group by l.preview_id having count(distinct s.actor_id) >= 2
    order by count(distinct s.actor_id) desc, l.preview_id desc limit ${limit}::int`.execute(db)
  return rows.map(({ id }) => id)
}

/** Ids of what was liked and boosted most. @param since an id */
export async function listTrendingStatusIds(db: Db, since: string, limit: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from (
      select s.id,
        (select count(*) from likes l where l.status_id = s.id)
          + (select count(*) from statuses b where b.boost_of_id = s.id) as score
      from (${recent(since, mayTrend)}) s
    ) s where score > 0 order by score desc, id desc limit ${limit}::int`.execute(db)
  return rows.map(({ id }) => id)
}
