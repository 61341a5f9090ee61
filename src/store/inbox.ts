import { sql } from 'kysely'
import type { Db, Tx } from '../context.ts'

/** Something that arrived, verified and committed, but not yet acted on. */
export type InboxMessage = {
  readonly id: string
  readonly digest: Buffer
  /** The account whose own inbox it came to; null for the shared inbox. */
  readonly recipientId: string | null
  readonly actorUri: string
  readonly body: string
  /** The header of that name (FEP-8fcf), where the sender signed it. */
  readonly collectionSynchronization: string | null
  /** Brought by somebody else, with its author's own signature inside. */
  readonly carried: boolean
  readonly attempts: number
}

export type NewInboxMessage = Omit<InboxMessage, 'attempts'>

/** The one durable write between requests and their 202; the same message again changes nothing. */
export async function insertInboxMessages(db: Db, messages: readonly NewInboxMessage[]): Promise<void> {
  await db
    .insertInto('inboxMessages')
    .values(messages)
    .onConflict((conflict) => conflict.columns(['digest', 'recipientId']).doNothing())
    .execute()
}

/**
 * Leases the messages that are due, oldest first, to this process: if it dies, they are due again.
 * @param leaseSeconds how long the others leave them alone
 */
export async function claimInboxMessages(
  db: Db,
  limit: number,
  leaseSeconds: number,
): Promise<InboxMessage[]> {
  const rows = await db
    .with('claimed', (cte) =>
      cte
        .selectFrom('inboxMessages')
        .select('id')
        .where('due', '<=', sql<Date>`now()`)
        .where('deadAt', 'is', null)
        .orderBy('due')
        .orderBy('id')
        .limit(limit)
        .forUpdate()
        .skipLocked(),
    )
    .updateTable('inboxMessages')
    .set({ due: sql`now() + make_interval(secs => ${leaseSeconds})` })
    .from('claimed')
    .whereRef('inboxMessages.id', '=', 'claimed.id')
    .returning([
      ...(['inboxMessages.id', 'digest', 'recipientId', 'actorUri', 'body'] as const),
      ...(['collectionSynchronization', 'carried', 'attempts'] as const),
    ])
    .execute()
  return rows.sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1))
}

/**
 * Marks activities as having had their effect, in the transaction of that effect; always locked in the same order, so
 * that nobody waits in a circle.
 * @returns those that had none before
 */
export async function rememberActivities(tx: Tx, digests: readonly Buffer[]): Promise<Buffer[]> {
  const result = await sql<{ digest: Buffer }>`
    insert into seen_activities (digest)
    select digest from unnest(${digests}::bytea[]) digest order by digest
    on conflict do nothing returning digest`.execute(tx)
  return result.rows.map((row) => row.digest)
}

/** Whether an activity has had its effect. */
export async function isActivitySeen(db: Db, digest: Buffer): Promise<boolean> {
  const row = await db
    .selectFrom('seenActivities')
    .select('digest')
    .where('digest', '=', digest)
    .executeTakeFirst()
  return row !== undefined
}

export async function forgetActivity(tx: Tx, digest: Buffer): Promise<void> {
  await tx.deleteFrom('seenActivities').where('digest', '=', digest).execute()
}

export async function deleteInboxMessages(tx: Tx, ids: readonly string[]): Promise<void> {
  await sql`delete from inbox_messages where id = any(${ids}::bigint[])`.execute(tx)
}

/** It failed: try again later, or give it up for an admin to look at. */
export async function postponeInboxMessage(
  db: Db,
  id: string,
  failure: { error: string; retrySeconds: number; dead: boolean },
): Promise<void> {
  await db
    .updateTable('inboxMessages')
    .set((eb) => ({
      attempts: eb('attempts', '+', 1),
      due: sql`now() + make_interval(secs => ${failure.retrySeconds})`,
      lastError: failure.error,
      deadAt: failure.dead ? sql`now()` : null,
    }))
    .where('id', '=', id)
    .execute()
}

export async function countInboxMessages(db: Db): Promise<{ pending: number; dead: number }> {
  const row = await db
    .selectFrom('inboxMessages')
    .select((eb) => [
      eb.fn.countAll<string>().filterWhere('deadAt', 'is', null).as('pending'),
      eb.fn.countAll<string>().filterWhere('deadAt', 'is not', null).as('dead'),
    ])
    .executeTakeFirstOrThrow()
  return { pending: Number(row.pending), dead: Number(row.dead) }
}
