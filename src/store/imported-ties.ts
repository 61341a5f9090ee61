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
  readonly tables: Sql
  /** The column that says whose it is. */
  readonly owner: Sql
  readonly target: Sql
  readonly subject: (handleDomain: string) => Sql
  /** Whether a row speaks of this one, beside its subject. */
  readonly place?: Sql
  /** Whether a row says nothing else than what there is. */
  readonly same?: Sql
}

const cell = (index: number): Sql => sql`coalesce(r.data::jsonb ->> ${sql.lit(index)}, '')`
const agrees = (index: number, kept: Sql): Sql =>
  sql`(${cell(index)} = '' or lower(${cell(index)}) = (${kept})::text)`
const handle = (home: string): Sql => sql`lower(a.username) || '@' || coalesce(a.domain, ${home})`

const tiesOf: Readonly<Record<TieKind, Ties>> = {
  following: {
    tables: sql`follows t join actors a on a.id = t.target_id`,
    owner: sql`t.follower_id`,
    target: sql`t.target_id`,
    subject: handle,
    same: sql`${agrees(1, sql`t.shows_boosts`)} and ${agrees(2, sql`t.notifies`)}
      and (${cell(3)} = '' or ${cell(3)} = array_to_string(t.languages, ', '))`,
  },
  blocks: {
    tables: sql`blocks t join actors a on a.id = t.target_id`,
    owner: sql`t.actor_id`,
    target: sql`t.target_id`,
    subject: handle,
  },
  mutes: {
    tables: sql`mutes t join actors a on a.id = t.target_id`,
    owner: sql`t.account_id`,
    target: sql`t.target_id`,
    subject: handle,
    same: sql`t.expires_at is null and ${agrees(1, sql`t.hides_notifications`)}`,
  },
  domain_blocks: {
    tables: sql`account_domain_blocks t`,
    owner: sql`t.account_id`,
    target: sql`t.id`,
    subject: () => sql`t.domain`,
  },
  lists: {
    tables: sql`list_members t join lists l on l.id = t.list_id join actors a on a.id = t.target_id`,
    owner: sql`l.account_id`,
    target: sql`t.target_id`,
    subject: handle,
    place: sql`${cell(0)} = l.title`,
  },
  bookmarks: {
    tables: sql`bookmarks t join statuses s on s.id = t.status_id`,
    owner: sql`t.account_id`,
    target: sql`t.status_id`,
    subject: () => sql`s.uri`,
  },
}

/** Rows that say what is so already are done with all at once. @returns how many */
export async function settleKnownRows(tx: Tx, kind: TieKind, of: TiesOf): Promise<number> {
  const { tables, owner, target, subject, place = sql`true`, same = sql`true` } = tiesOf[kind]
  const result = await sql`
    update import_rows r set outcome = 'kept', target_id = ${target} from ${tables}
    where r.import_id = ${of.importId}::bigint and r.outcome = 'waiting' and ${owner} = ${of.accountId}::bigint
      and ${subject(of.handleDomain)} = r.subject and ${place} and ${same}`.execute(tx)
  const count = Number(result.numAffectedRows ?? 0n)
  if (count > 0) await countRows(tx, of.importId, 'kept', count)
  return count
}

/** What a member has and no row speaks of. */
function untold(kind: TieKind, of: TiesOf): Sql {
  const { tables, owner, target, subject, place = sql`true` } = tiesOf[kind]
  const rows = sql`select from import_rows r where r.import_id = ${of.importId}::bigint and ${place}`
  return sql`from ${tables} where ${owner} = ${of.accountId}::bigint
    and not exists (${rows} and r.target_id = ${target})
    and not exists (${rows} and r.subject = ${subject(of.handleDomain)})`
}

/** A bounded number of those, each by what it is about: of a list's member also the list. */
export async function listUntold(
  db: Db,
  kind: TieKind,
  of: TiesOf,
  limit: number,
): Promise<{ targetId: string; listId: string | null; domain: string | null }[]> {
  const { target } = tiesOf[kind]
  const listId = kind === 'lists' ? sql`t.list_id` : sql`null::bigint`
  const domain = kind === 'domain_blocks' ? sql`t.domain` : sql`null::text`
  const { rows } = await sql<{ targetId: string; listId: string | null; domain: string | null }>`
    select ${target} as target_id, ${listId} as list_id, ${domain} as domain ${untold(kind, of)}
    limit ${limit}`.execute(db)
  return rows
}

export async function countUntold(db: Db, kind: TieKind, of: TiesOf): Promise<number> {
  const { rows } = await sql<{ n: string }>`select count(*) as n ${untold(kind, of)}`.execute(db)
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
