import { sql, type RawBuilder, type SqlBool } from 'kysely'
import type { Db } from '../context.ts'
import { notBlockedBy, visibleTo } from './visibility.ts'

/** As in the index `posts_words`. */
function wordsOf(table: 'posts' | 'statuses'): RawBuilder<unknown> {
  const column = (name: string) => sql.ref(`${table}.${name}`)
  return sql`to_tsvector('simple', left(
    ${column('summary')} || ' ' || coalesce(${column('source')}, ${column('content')}, ''), 20000))`
}

/**
 * What may be found: posts of ours by the index of their words, and of what was said elsewhere only what the viewer has to do
 * with. An index of the words of everything that arrives would slow everything that arrives.
 */
function findable(viewerId: string, query: string): RawBuilder<unknown> {
  const viewer = sql`${viewerId}::bigint`
  return sql`
    select posts.id from posts where ${wordsOf('posts')} @@ websearch_to_tsquery('simple', ${query})
    union select l.status_id from likes l where l.actor_id = ${viewer}
    union select k.status_id from bookmarks k where k.account_id = ${viewer}
    union select b.boost_of_id from posts b where b.actor_id = ${viewer} and b.boost_of_id is not null
    union select a.id from statuses a where a.audience <> '{}' and a.audience @> array[${viewer}]`
}

export type StatusSearch = {
  readonly query: string
  readonly viewerId: string
  /** Of one author only. */
  readonly authorId?: string | undefined
  readonly maxId?: string | undefined
  readonly minId?: string | undefined
  readonly limit: number
  readonly offset: number
}

/**
 * Ids of statuses with all these words (as `websearch_to_tsquery` reads them), newest first: those that have to do with
 * the viewer, and public ones by whoever wants to be found.
 */
export async function searchStatusIds(db: Db, asked: StatusSearch): Promise<string[]> {
  const rows = await findStatuses(db, asked).execute()
  return rows.map(({ id }) => id)
}

/** The query itself, for whoever wants to know how it is carried out. */
export function findStatuses(db: Db, asked: StatusSearch) {
  const { query, viewerId, authorId, maxId, minId, limit, offset } = asked
  let found = db
    .selectFrom('statuses')
    .select('statuses.id')
    .where(sql<SqlBool>`statuses.id = any(array(${findable(viewerId, query)}))`)
    .where(sql<SqlBool>`${wordsOf('statuses')} @@ websearch_to_tsquery('simple', ${query})`)
    .where(visibleTo(viewerId))
    .where(notBlockedBy(viewerId))
    .where(concerns(viewerId))
    .orderBy('statuses.id', 'desc')
    .limit(limit)
    .offset(offset)
  if (authorId !== undefined) found = found.where('statuses.actorId', '=', authorId)
  if (maxId !== undefined) found = found.where('statuses.id', '<', maxId)
  if (minId !== undefined) found = found.where('statuses.id', '>', minId)
  return found
}

function concerns(viewerId: string): RawBuilder<SqlBool> {
  const viewer = sql`${viewerId}::bigint`
  const named = JSON.stringify([{ actorId: viewerId }])
  return sql<SqlBool>`(statuses.actor_id = ${viewer}
    or statuses.audience @> array[${viewer}]
    or statuses.mentions @> ${named}::jsonb
    or exists (select from likes l where l.status_id = statuses.id and l.actor_id = ${viewer})
    or exists (select from bookmarks k where k.status_id = statuses.id and k.account_id = ${viewer})
    or exists (select from statuses b
      where b.boost_of_id = statuses.id and b.actor_id = ${viewer} and b.deleted_at is null)
    or (statuses.visibility = 'public' and exists (
      select from actors a where a.id = statuses.actor_id and a.indexable)))`
}

export type ActorSearch = {
  /** In lower case. */
  readonly name: string
  readonly domain: string | undefined
  readonly viewerId: string | undefined
  /** Only those whom the viewer follows. */
  readonly following: boolean
  readonly limit: number
  readonly offset: number
}

/** How many are looked at for each way to match. */
const candidates = 500

/** Ids of people whose name begins so: those whom the viewer follows first, and whose name is just that. */
export async function searchActorIds(db: Db, asked: ActorSearch): Promise<string[]> {
  const { name, domain, viewerId, following, limit, offset } = asked
  const prefix = `${name.replace(/[\\%_]/g, '\\$&')}%`
  const viewer = sql`${viewerId ?? '0'}::bigint`
  const result = await sql<{ id: string }>`
    select a.id from (
      (select id from actors where lower(username) = ${name} limit ${candidates})
      union (select id from actors where lower(username) like ${prefix} limit ${candidates})
      union (select id from actors where lower(display_name) like ${prefix} limit ${candidates})
    ) named join actors a on a.id = named.id
    left join follows f on f.follower_id = ${viewer} and f.target_id = a.id and f.state = 'accepted'
    where a.deleted_at is null and a.suspended_at is null and not a.domain_blocked
      and not (a.is_local and a.type = 'Application')
      and ${ofDomain(domain)} and (${!following} or f.id is not null)
      and not exists (select from blocks b where b.actor_id = a.id and b.target_id = ${viewer})
    order by f.id is not null desc, lower(a.username) = ${name} desc, a.is_local desc, a.id
    limit ${limit} offset ${offset}`.execute(db)
  return result.rows.map(({ id }) => id)
}

/** Undefined for any, empty for ours. */
function ofDomain(domain: string | undefined): RawBuilder<SqlBool> {
  if (domain === undefined) return sql`true`
  return domain === '' ? sql`a.is_local` : sql`starts_with(a.domain, ${domain})`
}
