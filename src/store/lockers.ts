import { sql, type Insertable, type Selectable } from 'kysely'
import type { Db, Tx } from '../context.ts'
import type { Lockers } from '../db/schema.ts'

/** A place for somebody's kit, on behalf of an account here. */
export type Locker = Selectable<Lockers>

/** The oldest first. */
export async function listLockers(db: Db, accountId: string): Promise<Locker[]> {
  return db.selectFrom('lockers').selectAll().where('accountId', '=', accountId).orderBy('id').execute()
}

export async function insertLocker(tx: Tx, row: Insertable<Lockers>): Promise<void> {
  await tx.insertInto('lockers').values(row).execute()
}

export async function findLocker(db: Db, id: string): Promise<Locker | undefined> {
  return db.selectFrom('lockers').selectAll().where('id', '=', id).executeTakeFirst()
}

export async function findLockerByClaim(db: Db, claimDigest: Buffer): Promise<Locker | undefined> {
  return db.selectFrom('lockers').selectAll().where('claimDigest', '=', claimDigest).executeTakeFirst()
}

/** Lets one of those who make or fill lockers go on at a time, so that none takes room that another was promised. */
export async function lockLockers(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('lockers', 0))`.execute(tx)
}

/** @param except of all but this one */
export async function sumLockers(db: Db, except = '0'): Promise<number> {
  const { rows } = await sql<{ bytes: string }>`
    select coalesce(sum(bytes), 0)::text as bytes from lockers where id <> ${except}::bigint`.execute(db)
  return Number(rows[0]?.bytes ?? 0)
}

/** How many there are, by whether anything lies in them. */
export async function countLockers(db: Db): Promise<{ filled: number; empty: number }> {
  const { rows } = await sql<{ filled: string; empty: string }>`
    select count(key) as filled, count(*) - count(key) as empty from lockers`.execute(db)
  return { filled: Number(rows[0]?.filled ?? 0), empty: Number(rows[0]?.empty ?? 0) }
}

export async function fillLocker(
  tx: Tx,
  id: string,
  content: { key: string; bytes: number; claimDigest: Buffer; filledAt: Date },
): Promise<void> {
  await tx
    .updateTable('lockers')
    .set({ ...content, bytes: String(content.bytes) })
    .where('id', '=', id)
    .execute()
}

export async function noteLockerOpened(tx: Tx, id: string, handedOutAt: Date): Promise<void> {
  await tx.updateTable('lockers').set({ handedOutAt }).where('id', '=', id).execute()
}

/** @returns what it was; undefined when the account has no such locker */
export async function deleteLocker(tx: Tx, accountId: string, id: string): Promise<Locker | undefined> {
  return tx
    .deleteFrom('lockers')
    .where('accountId', '=', accountId)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst()
}

/** @returns the files of an account's lockers, a few rows at a time; the rows are gone */
export async function takeLockersOf(tx: Tx, accountId: string, limit: number): Promise<string[]> {
  const { rows } = await sql<{ key: string | null }>`
    delete from lockers where id in
      (select id from lockers where account_id = ${accountId}::bigint order by id limit ${limit} for update)
    returning coalesce(key, '') as key`.execute(tx)
  return rows.map(({ key }) => key ?? '')
}
