import { sql, type Insertable, type Selectable } from 'kysely'
import type { Db, Tx } from '../context.ts'
import type { KitDestinations } from '../db/schema.ts'

/** Where copies of a member's recovery kit go. */
export type KitDestination = Selectable<KitDestinations>

/** In the order in which they were named. */
export async function listKitDestinations(db: Db, accountId: string): Promise<KitDestination[]> {
  return db
    .selectFrom('kitDestinations')
    .selectAll()
    .where('accountId', '=', accountId)
    .orderBy('id')
    .execute()
}

/** Lets one destination of an account at a time be added. */
export async function lockKitDestinations(tx: Tx, accountId: string): Promise<KitDestination[]> {
  await sql`select pg_advisory_xact_lock(hashtextextended('kit destinations ' || ${accountId}::text, 0))`.execute(
    tx,
  )
  return listKitDestinations(tx, accountId)
}

export async function insertKitDestination(tx: Tx, row: Insertable<KitDestinations>): Promise<void> {
  await tx.insertInto('kitDestinations').values(row).execute()
}

/** @returns whether there was such a one */
export async function deleteKitDestination(tx: Tx, accountId: string, id: string): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom('kitDestinations')
    .where('accountId', '=', accountId)
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  return numDeletedRows > 0n
}

export async function noteKitSent(db: Db, id: string, at: Date): Promise<void> {
  await db
    .updateTable('kitDestinations')
    .set({ sentAt: at, failedAt: null, problem: null })
    .where('id', '=', id)
    .execute()
}

/** @returns since when it fails without a break; undefined when the destination is gone */
export async function noteKitUnsent(
  db: Db,
  id: string,
  at: Date,
  problem: string,
): Promise<Date | undefined> {
  const row = await db
    .updateTable('kitDestinations')
    .set((eb) => ({ failedAt: eb.fn.coalesce('failedAt', eb.val(at)), problem }))
    .where('id', '=', id)
    .returning('failedAt')
    .executeTakeFirst()
  return row?.failedAt ?? undefined
}

/** Whether the member was told since then that copies do not arrive there. */
export async function wasToldOfUnsent(
  db: Db,
  { accountId, id }: Pick<KitDestination, 'accountId' | 'id'>,
  since: Date,
): Promise<boolean> {
  const { rows } = await sql<{ told: boolean }>`
    select exists (select from audit_log where account_id = ${accountId}::bigint and act = 'kit.unsent'
      and at >= ${since} and detail->>'destination' = ${id}::text) as told`.execute(db)
  return rows[0]?.told === true
}
