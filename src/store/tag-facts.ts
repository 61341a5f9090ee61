import { sql } from 'kysely'
import type { Db } from '../context.ts'
import { firstIdAt } from '../lib/ids.ts'
import { notHidden } from './visibility.ts'

/** What was said under a tag, in public and by whoever may be shown, on a day (UTC). */
export type TagDay = {
  readonly tag: string
  readonly day: Date
  readonly uses: number
  readonly accounts: number
}

/** With one query for any number of tags; days without a use are left out. */
export async function listTagDays(db: Db, tags: readonly string[], since: Date): Promise<TagDay[]> {
  if (tags.length === 0) return []
  const asked = sql`${[...tags]}::text[]`
  const result = await sql<TagDay>`
    select used.tag, date_trunc('day', s.created_at, 'UTC') as day,
      count(*)::integer as uses, count(distinct s.actor_id)::integer as accounts
    from statuses s cross join lateral unnest(s.tags) used (tag)
    where s.tags <> '{}' and s.tags && ${asked} and used.tag = any(${asked}) and s.visibility = 'public'
      and s.deleted_at is null and ${notHidden(sql.ref('s.actorId'))}
      and s.created_at >= ${since} and s.id >= ${firstIdAt(since)}::bigint
    group by 1, 2`.execute(db)
  return result.rows
}

/** A hashtag on a profile; `id` is a small number of its own. */
export type ShownTag = {
  readonly id: string
  readonly tag: string
  readonly shownAs: string
  readonly statuses: number
  readonly lastStatusAt: Date | null
}

/** What an actor shows on their profile, by name, with what they said under each that anybody may read. */
export async function listShownTags(db: Db, actorId: string): Promise<ShownTag[]> {
  const result = await sql<ShownTag>`
    select f.id, f.tag, coalesce(t.shown_as, f.tag) as shown_as, said.n as statuses, said.latest as last_status_at
    from featured_tags f left join tags t on t.name = f.tag cross join lateral (
      select count(*)::integer as n, max(s.created_at) as latest from statuses s
      where s.actor_id = f.actor_id and s.tags @> array[f.tag] and s.deleted_at is null
        and s.visibility in ('public', 'unlisted')
    ) said
    where f.actor_id = ${actorId}::bigint order by f.tag`.execute(db)
  return result.rows
}

/** What somebody uses most among their latest 1,000 posts. */
export async function listUsedTags(db: Db, actorId: string, limit: number): Promise<string[]> {
  const result = await sql<{ tag: string }>`
    select used.tag from (
      select tags from statuses
      where actor_id = ${actorId}::bigint and deleted_at is null and visibility in ('public', 'unlisted')
      order by id desc limit 1000
    ) latest cross join lateral unnest(latest.tags) used (tag)
    where used.tag not in (select tag from featured_tags where actor_id = ${actorId}::bigint)
    group by used.tag order by count(*) desc, used.tag limit ${limit}`.execute(db)
  return result.rows.map(({ tag }) => tag)
}
