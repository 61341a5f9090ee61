import { sql, type RawBuilder, type SelectQueryBuilder } from 'kysely'
import type { Db } from '../context.ts'
import type { DB } from '../db/schema.ts'
import { inOrder, within, type IdRange } from './ranges.ts'
import { listStatuses, type Status } from './statuses.ts'
import { notHiddenFrom, visibleTo } from './visibility.ts'

export type PublicFilter = {
  /** `local`: what is from here; `remote`: what is not. */
  readonly origin?: 'local' | 'remote' | undefined
  readonly onlyMedia?: boolean | undefined
}

/** Tags as `normalizeTag` gives them. */
export type TagFilter = PublicFilter & {
  readonly any: readonly string[]
  readonly all: readonly string[]
  readonly none: readonly string[]
}

/**
 * A page of a tag that is on much is among so many of the latest, and found by looking at each of them (the `case` keeps
 * PostgreSQL from gathering all that has the tag first); what is not found there is on little.
 */
const latest = 1000

type StatusQuery = SelectQueryBuilder<DB, 'statuses', { id: string }>

/** What was said in public, without boosts and without answers to others, newest first. */
export async function listPublicStatuses(
  db: Db,
  viewerId: string | undefined,
  range: IdRange,
  filter: PublicFilter = {},
): Promise<Status[]> {
  const query = openStatuses(db, viewerId, filter).where(
    sql<boolean>`(
      (statuses.in_reply_to_id is null and statuses.in_reply_to_uri is null)
      or exists (
        select from statuses parent
        where parent.id = statuses.in_reply_to_id and parent.actor_id = statuses.actor_id offset 0))`,
  )
  return readPage(db, query, range)
}

/** What was said in public under tags, without boosts, newest first. */
export async function listTaggedStatuses(
  db: Db,
  viewerId: string | undefined,
  range: IdRange,
  filter: TagFilter,
): Promise<Status[]> {
  const query = openStatuses(db, viewerId, filter)
  const near = query
    .where('statuses.id', range.minId === undefined ? '>' : '<', edgeOf(db, range, filter))
    .where(sql<boolean>`(case when ${hasTags(filter)} then true else false end)`)
  const found = await readIds(near, range)
  if (found.length === range.limit) return inGivenOrder(db, found)
  return readPage(db, query.where(sql<boolean>`statuses.tags <> '{}'`).where(hasTags(filter)), range)
}

/** Where the latest of a range end; null when there are not so many. */
function edgeOf(db: Db, range: IdRange, filter: PublicFilter) {
  return within(inPublic(db, filter), 'statuses.id', { ...range, limit: 1 }).offset(latest)
}

function hasTags({ any, all, none }: TagFilter): RawBuilder<boolean> {
  const conditions = [
    sql`statuses.tags && ${any}::text[]`,
    ...(all.length > 0 ? [sql`statuses.tags @> ${all}::text[]`] : []),
    ...(none.length > 0 ? [sql`not statuses.tags && ${none}::text[]`] : []),
  ]
  return sql`${sql.join(conditions, sql` and `)}`
}

function openStatuses(db: Db, viewerId: string | undefined, filter: PublicFilter): StatusQuery {
  const query = inPublic(db, filter).where(visibleTo(viewerId))
  return viewerId === undefined ? query : query.where(notHiddenFrom(viewerId))
}

/** The conditions stand as the partial indexes have them. */
function inPublic(db: Db, { origin, onlyMedia }: PublicFilter): StatusQuery {
  let query = db
    .selectFrom('statuses')
    .select('statuses.id')
    .where('statuses.visibility', '=', 'public')
    .where('statuses.boostOfId', 'is', null)
    .where('statuses.boostOfUri', 'is', null)
    .where('statuses.deletedAt', 'is', null)
  if (origin !== undefined) query = query.where('statuses.isLocal', '=', origin === 'local')
  if (onlyMedia === true) query = query.where(sql<boolean>`statuses.attachments <> '[]'`)
  return query
}

async function readPage(db: Db, query: StatusQuery, range: IdRange): Promise<Status[]> {
  return inGivenOrder(db, await readIds(query, range))
}

async function readIds(query: StatusQuery, range: IdRange): Promise<string[]> {
  const rows = await within(query, 'statuses.id', range).execute()
  return inOrder(rows, range).map(({ id }) => id)
}

/** Those that are still there, in the order of their ids. */
export async function inGivenOrder(db: Db, ids: readonly string[]): Promise<Status[]> {
  const found = new Map((await listStatuses(db, ids)).map((status) => [status.id, status]))
  return ids.flatMap((id) => found.get(id) ?? [])
}
