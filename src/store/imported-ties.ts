import { sql, type RawBuilder } from 'kysely'
import type { Db, Tx } from '../context.ts'
import { countRows } from './imports.ts'

/** Whose import it is, and how our own names look in a file. */
export type TiesOf = {
  readonly importId: string
  readonly accountId: string
  readonly handleDomain: string
}

export type TieKind = 'following' | 'blocks' | 'mutes' | 'domain_blocks' | 'lists' | 'bookmarks'

type Sql = RawBuilder<unknown>

/** How what a member has is compared with the rows `r` of an import. */
type Ties = {
  /** Whatever of the kind a member has, as `t`: key, target, subject and what else is compared. */
  readonly all: (of: TiesOf) => Sql
  /** Whether a row speaks of this one, beside its subject. */
  readonly place?: Sql
  /** Whether a row says nothing else than what there is. */
  readonly same?: Sql
}

const cell = (index: number): Sql => sql`coalesce(r.data::jsonb ->> ${sql.lit(index)}, '')`
const agrees = (index: number, kept: Sql): Sql =>
  sql`(${cell(index)} = '' or lower(${cell(index)}) = (${kept})::text)`

/** Ties to people: their key, and whoever they are to. */
const toPeople = (of: TiesOf, key: Sql, from: Sql): Sql => sql`
  select ${key} as key, x.target_id as target, lower(a.username) || '@' || coalesce(a.domain, ${of.handleDomain})
    as subject, ${from} = ${of.accountId}::bigint`

const tiesOf: Readonly<Record<TieKind, Ties>> = {
  following: {
    all: (of) =>
      toPeople(
        of,
        sql`x.id`,
        sql`x.shows_boosts, x.notifies, x.languages
          from follows x join actors a on a.id = x.target_id where x.follower_id`,
      ),
    same: sql`${agrees(1, sql`t.shows_boosts`)} and ${agrees(2, sql`t.notifies`)}
      and (${cell(3)} = '' or ${cell(3)} = array_to_string(t.languages, ', '))`,
  },
  blocks: {
    all: (of) =>
      toPeople(of, sql`x.id`, sql`x.id from blocks x join actors a on a.id = x.target_id where x.actor_id`),
  },
  mutes: {
    all: (of) =>
      toPeople(
        of,
        sql`x.id`,
        sql`x.expires_at, x.hides_notifications
          from mutes x join actors a on a.id = x.target_id where x.account_id`,
      ),
    same: sql`t.expires_at is null and ${agrees(1, sql`t.hides_notifications`)}`,
  },
  domain_blocks: {
    all: ({ accountId }) => sql`
      select x.id as key, x.id as target, x.domain as subject from account_domain_blocks x
      where x.account_id = ${accountId}::bigint`,
  },
  lists: {
    all: (of) =>
      toPeople(
        of,
        sql`x.target_id`,
        sql`x.list_id, l.title from list_members x join lists l on l.id = x.list_id
          join actors a on a.id = x.target_id where l.account_id`,
      ),
    place: sql`${cell(0)} = t.title`,
  },
  bookmarks: {
    all: ({ accountId }) => sql`
      select x.id as key, x.status_id as target, s.uri as subject
      from bookmarks x join statuses s on s.id = x.status_id where x.account_id = ${accountId}::bigint`,
  },
}

/** A page of what a member has, after the key with which the last one ended. */
export type TiePage = { readonly after: string; readonly limit: number }

/**
 * Rows that say what is so already are done with, as many at once as there are on a page of what the member has.
 * @returns where the next page begins; undefined when that was the last
 */
export async function settleKnownRows(
  tx: Tx,
  kind: TieKind,
  of: TiesOf,
  { after, limit }: TiePage,
): Promise<string | undefined> {
  const { all, place = sql`true`, same = sql`true` } = tiesOf[kind]
  const { rows } = await sql<{ settled: string; read: string; last: string | null }>`
    with t as materialized (
      select * from (${all(of)}) t where t.key > ${after}::bigint order by t.key limit ${limit}
    ), settled as (
      update import_rows r set outcome = 'kept', target_id = t.target from t
      where r.import_id = ${of.importId}::bigint and r.outcome = 'waiting' and r.subject = t.subject
        and ${place} and ${same} returning 1
    )
    select (select count(*) from settled) as settled, count(*) as read, max(t.key)::text as last from t`.execute(
    tx,
  )
  const { settled = '0', read = '0', last = null } = rows[0] ?? {}
  if (settled !== '0') await countRows(tx, of.importId, 'kept', Number(settled))
  return Number(read) < limit ? undefined : (last ?? undefined)
}

/** What a member has and no row speaks of, after a key. */
function untold(kind: TieKind, of: TiesOf, after: string): Sql {
  const { all, place = sql`true` } = tiesOf[kind]
  const rows = sql`select from import_rows r where r.import_id = ${of.importId}::bigint and ${place}`
  return sql`from (${all(of)}) t where t.key >= ${after}::bigint
    and not exists (${rows} and r.target_id = t.target) and not exists (${rows} and r.subject = t.subject)`
}

/** Each by what it is about: of a list's member also the list. */
export type Untold = {
  readonly key: string
  readonly targetId: string
  readonly listId: string | null
  readonly subject: string
}

/** In the order of their keys, from the one with which the last page ended. */
export async function listUntold(
  db: Db,
  kind: TieKind,
  of: TiesOf,
  { after, limit }: TiePage,
): Promise<Untold[]> {
  const listId = kind === 'lists' ? sql`t.list_id` : sql`null::bigint`
  const { rows } = await sql<Untold>`
    select t.key::text as key, t.target as target_id, ${listId} as list_id, t.subject ${untold(kind, of, after)}
    order by t.key limit ${limit}`.execute(db)
  return rows
}

export async function countUntold(db: Db, kind: TieKind, of: TiesOf): Promise<number> {
  const { rows } = await sql<{ n: string }>`select count(*) as n ${untold(kind, of, '0')}`.execute(db)
  return Number(rows[0]?.n ?? 0)
}

/** Lists of a member that no row names. */
export async function listUntoldLists(db: Db, of: TiesOf): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select l.id from lists l where l.account_id = ${of.accountId}::bigint
      and not exists (select from import_rows r where r.import_id = ${of.importId}::bigint
        and ${cell(0)} = l.title) order by l.id`.execute(db)
  return rows.map(({ id }) => id)
}

/** What the rows of an import are about, each once: a bounded number, of filters alone. */
export async function listSubjects(db: Db, importId: string): Promise<ReadonlySet<string>> {
  const rows = await db
    .selectFrom('importRows')
    .select('subject')
    .where('importId', '=', importId)
    .limit(1000)
    .execute()
  return new Set(rows.map(({ subject }) => subject))
}
