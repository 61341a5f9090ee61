import { sql, type SelectQueryBuilder } from 'kysely'
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
  { any, all, none, ...filter }: TagFilter,
): Promise<Status[]> {
  let query = openStatuses(db, viewerId, filter).where(
    sql<boolean>`statuses.tags <> '{}' and statuses.tags && ${any}::text[]`,
  )
  if (all.length > 0) query = query.where(sql<boolean>`statuses.tags @> ${all}::text[]`)
  if (none.length > 0) query = query.where(sql<boolean>`not statuses.tags && ${none}::text[]`)
  return readPage(db, query, range)
}

/** The conditions stand as the partial indexes have them. */
function openStatuses(
  db: Db,
  viewerId: string | undefined,
  { origin, onlyMedia }: PublicFilter,
): StatusQuery {
  let query = db
    .selectFrom('statuses')
    .select('statuses.id')
    .where('statuses.visibility', '=', 'public')
    .where('statuses.boostOfId', 'is', null)
    .where('statuses.boostOfUri', 'is', null)
    .where('statuses.deletedAt', 'is', null)
    .where(visibleTo(viewerId))
  if (viewerId !== undefined) query = query.where(notHiddenFrom(viewerId))
  if (origin !== undefined) query = query.where('statuses.isLocal', '=', origin === 'local')
  if (onlyMedia === true) query = query.where(sql<boolean>`statuses.attachments <> '[]'`)
  return query
}

async function readPage(db: Db, query: StatusQuery, range: IdRange): Promise<Status[]> {
  const rows = await within(query, 'statuses.id', range).execute()
  return inGivenOrder(
    db,
    inOrder(rows, range).map(({ id }) => id),
  )
}

/** Those that are still there, in the order of their ids. */
export async function inGivenOrder(db: Db, ids: readonly string[]): Promise<Status[]> {
  const found = new Map((await listStatuses(db, ids)).map((status) => [status.id, status]))
  return ids.flatMap((id) => found.get(id) ?? [])
}
