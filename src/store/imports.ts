import { sql, type Insertable, type Selectable } from 'kysely'
import type { Db, Tx } from '../context.ts'
import type { ImportRows, Imports } from '../db/schema.ts'

/** What a member brings from elsewhere, and how far it has got. */
export type Import = Selectable<Imports>
export type ImportRow = Selectable<ImportRows>

/** What becomes of a row. */
export type RowOutcome = 'added' | 'kept' | 'failed'

export async function insertImport(tx: Tx, row: Insertable<Imports>): Promise<Import> {
  return tx.insertInto('imports').values(row).returningAll().executeTakeFirstOrThrow()
}

export type NewImportRow = Pick<ImportRow, 'number' | 'data' | 'subject' | 'host' | 'lap'> & {
  readonly problem: string | undefined
}

/** Any number of rows with one statement; those with a problem have failed already. */
export async function insertImportRows(
  tx: Tx,
  importId: string,
  rows: readonly NewImportRow[],
): Promise<void> {
  if (rows.length === 0) return
  const of = <Key extends keyof NewImportRow>(key: Key) => rows.map((row) => row[key] ?? null)
  await sql`
    insert into import_rows (import_id, number, data, subject, host, lap, outcome, detail)
    select ${importId}::bigint, r.number, r.data, r.subject, r.host, r.lap,
      case when r.problem is null then 'waiting' else 'failed' end, r.problem
    from unnest(${of('number')}::int[], ${of('data')}::text[], ${of('subject')}::text[], ${of('host')}::text[],
      ${of('lap')}::int[], ${of('problem')}::text[]) r (number, data, subject, host, lap, problem)`.execute(
    tx,
  )
}

export async function updateImport(
  db: Db,
  id: string,
  changes: Partial<Pick<Import, 'total' | 'position' | 'failed' | 'removed' | 'leasedUntil'>>,
): Promise<void> {
  await db.updateTable('imports').set(changes).where('id', '=', id).execute()
}

export async function findImport(db: Db, accountId: string, id: string): Promise<Import | undefined> {
  return db
    .selectFrom('imports')
    .selectAll()
    .where('id', '=', id)
    .where('accountId', '=', accountId)
    .executeTakeFirst()
}

/** The latest first. */
export async function listImports(db: Db, accountId: string, limit: number): Promise<Import[]> {
  return db
    .selectFrom('imports')
    .selectAll()
    .where('accountId', '=', accountId)
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
}

/** @returns undefined when nothing is left to do, or somebody else works on it */
export async function leaseImport(db: Db, id: string, now: Date, until: Date): Promise<Import | undefined> {
  return db
    .updateTable('imports')
    .set({ leasedUntil: until, state: 'running' })
    .where('id', '=', id)
    .where('state', 'in', ['pending', 'running'])
    .where((eb) => eb.or([eb('leasedUntil', 'is', null), eb('leasedUntil', '<', now)]))
    .returningAll()
    .executeTakeFirst()
}

export async function findImportState(db: Db, id: string): Promise<Import | undefined> {
  return db.selectFrom('imports').selectAll().where('id', '=', id).executeTakeFirst()
}

/** @returns false when it had ended before */
export async function endImport(
  db: Db,
  id: string,
  state: 'done' | 'failed' | 'cancelled',
  at: Date,
  problem: string | null = null,
): Promise<boolean> {
  const [result] = await db
    .updateTable('imports')
    .set({ state, finishedAt: at, leasedUntil: null, problem })
    .where('id', '=', id)
    .where('state', 'in', ['pending', 'running'])
    .execute()
  return (result?.numUpdatedRows ?? 0n) > 0n
}

/** Rows that may be dealt with, those of different hosts in turns. */
export async function listDueRows(db: Db, importId: string, now: Date, limit: number): Promise<ImportRow[]> {
  return db
    .selectFrom('importRows')
    .selectAll()
    .where('importId', '=', importId)
    .where('outcome', '=', 'waiting')
    .where((eb) => eb.or([eb('due', 'is', null), eb('due', '<=', now)]))
    .orderBy('lap')
    .orderBy('number')
    .limit(limit)
    .execute()
}

/** When the next of those that wait for their host may be tried; undefined when nothing waits. */
export async function findNextDue(db: Db, importId: string): Promise<Date | null | undefined> {
  const row = await db
    .selectFrom('importRows')
    .select('due')
    .where('importId', '=', importId)
    .where('outcome', '=', 'waiting')
    .orderBy('due', (order) => order.asc().nullsFirst())
    .limit(1)
    .executeTakeFirst()
  return row === undefined ? undefined : row.due
}

export type Settled = {
  readonly outcome: RowOutcome
  readonly detail: string | null
  readonly targetId: string | null
}

/** What became of a row, counted once however often it is said. */
export async function settleRow(
  tx: Tx,
  importId: string,
  number: number,
  { outcome, detail, targetId }: Settled,
): Promise<void> {
  const [result] = await tx
    .updateTable('importRows')
    .set({ outcome, detail, targetId, due: null })
    .where('importId', '=', importId)
    .where('number', '=', number)
    .where('outcome', '=', 'waiting')
    .execute()
  if ((result?.numUpdatedRows ?? 0n) > 0n) await countRows(tx, importId, outcome, 1)
}

export async function countRows(
  tx: Tx,
  importId: string,
  outcome: RowOutcome,
  count: number | bigint,
): Promise<void> {
  const column = sql.ref(outcome)
  await sql`
    update imports set ${column} = ${column} + ${Number(count)}, position = position + ${Number(count)}
    where id = ${importId}::bigint`.execute(tx)
}

/**
 * Rows are tried later, or have failed if that was their last try.
 * @param number of one row alone, which goes behind the others of its host; null for all of the host
 * @returns how many have failed
 */
export async function postponeRows(
  tx: Tx,
  importId: string,
  which: { readonly host: string; readonly number: number | null },
  { detail, now, waits }: { detail: string; now: Date; waits: readonly number[] },
): Promise<number> {
  const dues = waits.map((ms) => new Date(now.getTime() + ms).toISOString())
  const isOne = which.number !== null
  const { rows } = await sql<{ outcome: string }>`
    update import_rows set attempts = attempts + 1, detail = ${detail},
      lap = case when ${isOne} then lap + 1000000 else lap end,
      outcome = case when attempts >= ${waits.length} then 'failed' else 'waiting' end,
      due = case when attempts >= ${waits.length} then null
        else (${dues}::timestamptz[])[attempts + 1] end
    where import_id = ${importId}::bigint and host = ${which.host} and outcome = 'waiting'
      and (due is null or due <= ${now})
      and (not ${isOne} or number = ${which.number ?? 0})
    returning outcome`.execute(tx)
  const failed = rows.filter(({ outcome }) => outcome === 'failed').length
  if (failed > 0) await countRows(tx, importId, 'failed', failed)
  return failed
}

/** In the order of the file, after a row. */
export async function listImportRows(
  db: Db,
  importId: string,
  page: { readonly after: number; readonly limit: number; readonly outcome?: string | undefined },
): Promise<ImportRow[]> {
  let query = db
    .selectFrom('importRows')
    .selectAll()
    .where('importId', '=', importId)
    .where('number', '>', page.after)
    .orderBy('number')
    .limit(page.limit)
  if (page.outcome !== undefined) query = query.where('outcome', '=', page.outcome)
  return query.execute()
}

export async function countUnfinishedImports(db: Db, accountId: string): Promise<number> {
  const row = await db
    .selectFrom('imports')
    .select((eb) => eb.fn.countAll<string>().as('n'))
    .where('accountId', '=', accountId)
    .where('state', 'in', ['pending', 'running'])
    .executeTakeFirstOrThrow()
  return Number(row.n)
}

/** Forgets those that ended, but for the latest; @returns the files that they leave behind */
export async function deleteOldImports(tx: Tx, accountId: string, kept: number): Promise<string[]> {
  const { rows } = await sql<{ fileKey: string | null }>`
    delete from imports where account_id = ${accountId}::bigint and state in ('done', 'failed', 'cancelled')
      and id not in (select id from imports where account_id = ${accountId}::bigint order by id desc limit ${kept})
    returning file_key`.execute(tx)
  return rows.map(({ fileKey }) => fileKey).filter((key) => key !== null)
}

/** @returns the files of what an account brought; the rows are gone */
export async function takeImportFilesOf(tx: Tx, accountId: string): Promise<string[]> {
  const rows = await tx
    .deleteFrom('imports')
    .where('accountId', '=', accountId)
    .returning('fileKey')
    .execute()
  return rows.map(({ fileKey }) => fileKey).filter((key) => key !== null)
}
