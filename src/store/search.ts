import { sql, type RawBuilder, type SqlBool } from 'kysely'
import type { Db } from '../context.ts'
import { isLetIn } from './actors.ts'
import { notHiddenFrom, visibleTo } from './visibility.ts'

/** As in the index `posts_words`. */
const indexedWords = sql`to_tsvector('simple', left(
  statuses.summary || ' ' || coalesce(statuses.source, statuses.content, ''), 20000))`

/**
 * What may be found, the latest of each kind: posts of ours that concern the viewer, and public ones of others by those
 * who want to be found, by the indexes of their words; of one author, or of the viewer where no words are asked for,
 * what they said; and what the viewer has dealt with or was told.
 */
function findable(asked: StatusSearch): RawBuilder<unknown> {
  const { viewerId, query, fromId, atLeast, below } = asked
  const viewer = sql`${viewerId}::bigint`
  const latest = (most: number) => sql`limit ${most}::int`
  const authorId = fromId ?? (query === '' ? viewerId : undefined)
  const kinds = [
    ...(query === '' ? [] : [wordsFound(asked, atLeast, below)]),
    ...(authorId === undefined
      ? []
      : [
          sql`(select s.id from statuses s where s.actor_id = ${authorId}::bigint order by s.id desc ${latest(mostOfOne)})`,
        ]),
    sql`(select l.status_id from likes l where l.actor_id = ${viewer} order by l.id desc ${latest(mostKept)})`,
    sql`(select k.status_id from bookmarks k where k.account_id = ${viewer} order by k.id desc ${latest(mostKept)})`,
    sql`(select b.boost_of_id from posts b where b.actor_id = ${viewer} and b.boost_of_id is not null
      order by b.id desc ${latest(mostKept)})`,
    sql`select a.id from statuses a where a.audience <> '{}' and a.audience @> array[${viewer}]`,
  ]
  return sql.join(kinds, sql` union `)
}

/** Posts of ours are in `posts_words`, whoever may read them; `status_words` has only what is open. */
function wordsFound(
  { query, viewerId }: StatusSearch,
  atLeast = '0',
  below = maxBigint,
): RawBuilder<unknown> {
  return sql`
    (select statuses.id from posts statuses
      left join accounts author on author.id = statuses.actor_id and author.indexable
      where ${hasWords(query)} and statuses.id >= ${atLeast}::bigint and statuses.id < ${below}::bigint
        and statuses.deleted_at is null and (statuses.actor_id = ${viewerId}::bigint
          or (statuses.visibility = 'public' and author.id is not null) or ${names(viewerId)})
      order by statuses.id desc limit ${mostFound}::int)
    union (select w.status_id from status_words w
      where w.words @@ websearch_to_tsquery('simple', ${query})
        and w.status_id >= ${atLeast}::bigint and w.status_id < ${below}::bigint
      order by w.status_id desc limit ${mostFound}::int)`
}

/** Of one author, so much of what they said last is looked at. */
const mostOfOne = 2000
/** Of what somebody liked, kept and boosted, so much each. */
const mostKept = 1000
/** Of what everybody said, so much. */
const mostFound = 2000
const maxBigint = '9223372036854775807'

function hasWords(query: string): RawBuilder<SqlBool> {
  return sql`${indexedWords} @@ websearch_to_tsquery('simple', ${query})`
}

/** A condition on a status that may have to be missing. */
export type Wanted = {
  readonly what: 'media' | 'poll' | 'link' | 'embed' | 'reply' | 'sensitive' | 'library' | 'public'
  readonly isNegated: boolean
}

export type StatusSearch = {
  /** Words, or none: then what else is asked decides. */
  readonly query: string
  readonly viewerId: string
  /** Of one author only. */
  readonly authorId?: string | undefined
  /** The same, as the words ask for it. */
  readonly fromId?: string | undefined
  readonly notFromIds?: readonly string[]
  /** Lower case, of the languages one, and none of the others. */
  readonly languages?: readonly string[]
  readonly notLanguages?: readonly string[]
  readonly wanted?: readonly Wanted[]
  readonly atLeast?: string | undefined
  readonly below?: string | undefined
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
    .where(sql<SqlBool>`statuses.id = any(array(${findable(asked)}))`)
    .where(sql<SqlBool>`(${query === ''} or ${hasWords(query)})`)
    .where(narrowing(asked))
    .where(visibleTo(viewerId))
    .where(notHiddenFrom(viewerId))
    .where(concerns(viewerId))
    .orderBy('statuses.id', 'desc')
    .limit(limit)
    .offset(offset)
  if (authorId !== undefined) found = found.where('statuses.actorId', '=', authorId)
  if (maxId !== undefined) found = found.where('statuses.id', '<', maxId)
  if (minId !== undefined) found = found.where('statuses.id', '>', minId)
  return found
}

function narrowing({ viewerId, fromId, wanted = [], ...asked }: StatusSearch): RawBuilder<SqlBool> {
  const { notFromIds = [], languages = [], notLanguages = [], atLeast, below } = asked
  const conditions = [
    sql<SqlBool>`true`,
    ...(fromId === undefined ? [] : [sql<SqlBool>`statuses.actor_id = ${fromId}::bigint`]),
    ...(notFromIds.length === 0 ? [] : [sql<SqlBool>`statuses.actor_id <> all(${notFromIds}::bigint[])`]),
    ...(languages.length === 0 ? [] : [sql<SqlBool>`lower(statuses.language) = any(${languages}::text[])`]),
    ...(notLanguages.length === 0
      ? []
      : [sql<SqlBool>`coalesce(lower(statuses.language), '') <> all(${notLanguages}::text[])`]),
    ...(atLeast === undefined ? [] : [sql<SqlBool>`statuses.id >= ${atLeast}::bigint`]),
    ...(below === undefined ? [] : [sql<SqlBool>`statuses.id < ${below}::bigint`]),
    ...wanted.map(({ what, isNegated }) =>
      isNegated ? sql<SqlBool>`not ${isA(what, viewerId)}` : isA(what, viewerId),
    ),
  ]
  return sql`(${sql.join(conditions, sql` and `)})`
}

function isA(what: Wanted['what'], viewerId: string): RawBuilder<SqlBool> {
  const link = sql`select from status_links k join link_previews p on p.id = k.preview_id
    where k.status_id = statuses.id`
  const tests: Record<Wanted['what'], RawBuilder<SqlBool>> = {
    media: sql`(statuses.attachments <> '[]')`,
    poll: sql`exists (select from polls where polls.status_id = statuses.id)`,
    link: sql`exists (${link})`,
    embed: sql`exists (${link} and p.card ->> 'type' in ('video', 'photo'))`,
    reply: sql`(statuses.in_reply_to_id is not null or statuses.in_reply_to_uri is not null)`,
    sensitive: sql`statuses.sensitive`,
    library: isTheirs(viewerId),
    public: isOpen,
  }
  return tests[what]
}

/** Keeps PostgreSQL from gathering all that there is in order to look at a few. */
const oneByOne = sql`offset 0`

/** In public, by whoever wants to be found. */
const isOpen = sql<SqlBool>`(statuses.visibility = 'public' and exists (
  select from actors a where a.id = statuses.actor_id and a.indexable ${oneByOne}))`

function concerns(viewerId: string): RawBuilder<SqlBool> {
  return sql`(${isTheirs(viewerId)} or ${isOpen})`
}

/** What the viewer said, was told, or dealt with. */
function isTheirs(viewerId: string): RawBuilder<SqlBool> {
  const viewer = sql`${viewerId}::bigint`
  return sql<SqlBool>`(statuses.actor_id = ${viewer}
    or statuses.audience @> array[${viewer}]
    or ${names(viewerId)}
    or exists (select from likes l where l.status_id = statuses.id and l.actor_id = ${viewer} ${oneByOne})
    or exists (select from bookmarks k
      where k.status_id = statuses.id and k.account_id = ${viewer} ${oneByOne})
    or exists (select from posts b
      where b.boost_of_id = statuses.id and b.actor_id = ${viewer} and b.deleted_at is null ${oneByOne}))`
}

function names(viewerId: string): RawBuilder<SqlBool> {
  return sql`(statuses.mentions @> ${JSON.stringify([{ actorId: viewerId }])}::jsonb)`
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
/** Among so many whom the viewer follows. */
const mostFollowed = 10_000

/**
 * Ids of people whose name, or a word of what they call themselves, begins so: those whom the viewer follows first, and
 * whose name is just that.
 */
export async function searchActorIds(db: Db, asked: ActorSearch): Promise<string[]> {
  const rows = await findActors(asked).execute(db)
  return rows.rows.map(({ id }) => id)
}

/** The query itself, for whoever wants to know how it is carried out. */
export function findActors(asked: ActorSearch): RawBuilder<{ id: string }> {
  const { name, domain, viewerId, following, limit, offset } = asked
  const viewer = sql`${viewerId ?? '0'}::bigint`
  return sql<{ id: string }>`
    select a.id from actors a
    left join follows f on f.follower_id = ${viewer} and f.target_id = a.id and f.state = 'accepted'
    where a.id = any(array(${sql.join(named(asked), sql` union `)})) and a.deleted_at is null and not a.hidden
      and not (a.is_local and a.type = 'Application') and ${isLetIn(sql.ref('a.id'))}
      and ${ofDomain(domain)} and (${!following} or f.id is not null)
      and not exists (select from blocks b where b.actor_id = a.id and b.target_id = ${viewer})
    order by f.id is not null desc, lower(a.username) = ${name} desc, a.is_local desc, a.id
    limit ${limit} offset ${offset}`
}

/** Each way to match, by an index of its own; those whom the viewer follows are not lost among the many of a short name. */
function named({ name, viewerId, following }: ActorSearch): RawBuilder<unknown>[] {
  const prefix = `${name.replace(/[\\%_]/g, '\\$&')}%`
  const begins = words(name)
  const ways = [
    sql`lower(username) = ${name}`,
    sql`lower(username) like ${prefix}`,
    sql`lower(display_name) like ${prefix}`,
    ...(begins === '' ? [] : [sql`to_tsvector('simple', display_name) @@ to_tsquery('simple', ${begins})`]),
  ]
  const anybody = ways.map((way) => sql`(select id from actors where ${way} limit ${candidates}::int)`)
  if (viewerId === undefined) return anybody
  const followed = sql`
    (select x.id from (
      select target_id from follows where follower_id = ${viewerId}::bigint and state = 'accepted'
      limit ${mostFollowed}::int
    ) mine join actors x on x.id = mine.target_id
    where lower(x.username) like ${prefix} or ' ' || lower(x.display_name) like ${`% ${prefix}`}
    limit ${candidates}::int)`
  return following ? [followed] : [followed, ...anybody]
}

/** All of the words, as they begin; none where there is more than words. */
function words(name: string): string {
  const found = /^[\p{L}\p{M}\p{N}\s.'’-]+$/u.test(name) ? name.match(/[\p{L}\p{M}\p{N}]+/gu) : null
  return (found ?? []).map((word) => `${word}:*`).join(' & ')
}

/** Undefined for any, empty for ours. */
function ofDomain(domain: string | undefined): RawBuilder<SqlBool> {
  if (domain === undefined) return sql`true`
  return domain === '' ? sql`a.is_local` : sql`starts_with(a.domain, ${domain})`
}
