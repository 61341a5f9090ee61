import { sql, type Insertable, type Selectable } from 'kysely'
import type { Db, Tx } from '../context.ts'
import type { ScheduledStatuses } from '../db/schema.ts'
import { inOrder, within, type IdRange } from './ranges.ts'

/** What will be posted at a time that its author chose. */
export type ScheduledStatus = Selectable<ScheduledStatuses>

/** What is to be posted, at the time at which that was to be. */
export type Scheduling = Pick<ScheduledStatus, 'id' | 'scheduledAt'>

const columns = ['id', 'accountId', 'scheduledAt', 'post', 'attachments', 'problem', 'createdAt'] as const

export async function insertScheduled(tx: Tx, row: Insertable<ScheduledStatuses>): Promise<void> {
  await tx.insertInto('scheduledStatuses').values(row).execute()
}

export async function findScheduled(db: Db, id: string): Promise<ScheduledStatus | undefined> {
  return db.selectFrom('scheduledStatuses').select(columns).where('id', '=', id).executeTakeFirst()
}

/** The same of one account, held until the transaction ends. */
export async function lockScheduled(
  tx: Tx,
  accountId: string,
  id: string,
): Promise<ScheduledStatus | undefined> {
  const query = tx.selectFrom('scheduledStatuses').select(columns).where('id', '=', id)
  return query.where('accountId', '=', accountId).forUpdate().executeTakeFirst()
}

export async function listScheduled(db: Db, accountId: string, range: IdRange): Promise<ScheduledStatus[]> {
  const query = db.selectFrom('scheduledStatuses').select(columns).where('accountId', '=', accountId)
  return inOrder(await within(query, 'id', range).execute(), range)
}

/** How much an account has scheduled, and how much of it for the day of `at`, by UTC; nobody else counts meanwhile. */
export async function countScheduled(
  tx: Tx,
  accountId: string,
  { at, except }: { readonly at: Date; readonly except?: string | undefined },
): Promise<{ all: number; thatDay: number }> {
  await sql`select from users where account_id = ${accountId} for update`.execute(tx)
  const day = at.toISOString().slice(0, 10)
  const { rows } = await sql<{ all: number; thatDay: number }>`
    select count(*)::integer as all,
      (count(*) filter (where (scheduled_at at time zone 'UTC')::date = ${day}::date))::integer as that_day
    from scheduled_statuses
    where account_id = ${accountId} and id <> ${except ?? '0'}::bigint`.execute(tx)
  return rows[0]!
}

/** For another time, whatever went wrong before. */
export async function setScheduledAt(tx: Tx, id: string, scheduledAt: Date): Promise<void> {
  await tx.updateTable('scheduledStatuses').set({ scheduledAt, problem: null }).where('id', '=', id).execute()
}

/** Keeps why it was not posted. @returns false if that is known, or it was put off or dropped meanwhile */
export async function setScheduledProblem(
  tx: Tx,
  { id, scheduledAt }: Scheduling,
  problem: string,
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('scheduledStatuses')
    .set({ problem })
    .where('id', '=', id)
    .where('scheduledAt', '=', scheduledAt)
    .where('problem', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Takes what is about to be posted off the list. @returns false if it is not on it for that time any more */
export async function takeScheduled(tx: Tx, { id, scheduledAt }: Scheduling): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom('scheduledStatuses')
    .where('id', '=', id)
    .where('scheduledAt', '=', scheduledAt)
    .executeTakeFirst()
  return numDeletedRows > 0n
}

export async function deleteScheduled(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom('scheduledStatuses').where('id', '=', id).execute()
}

/** What should have been posted before `before`, and nothing is known to be wrong with. */
export async function listOverdue(db: Db, before: Date, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom('scheduledStatuses')
    .select('id')
    .where('scheduledAt', '<', before)
    .where('problem', 'is', null)
    .orderBy('scheduledAt')
    .limit(limit)
    .execute()
  return rows.map(({ id }) => id)
}
