import { sql, type Insertable, type Selectable } from 'kysely'
import type { Db, Tx } from '../context.ts'
import type { Polls, PollVotes } from '../db/schema.ts'

const columns = [
  'statusId',
  'multiple',
  'options',
  'votes',
  'voters',
  'hideTotals',
  'endsAt',
  'closedAt',
  'checkedAt',
] as const satisfies readonly (keyof Polls)[]

/** What a Question asks; its id is that of its status. Counts are decimal strings. */
export type Poll = Selectable<Polls>
export type NewPoll = Insertable<Polls>

export async function listPolls(db: Db, statusIds: readonly string[]): Promise<Poll[]> {
  if (statusIds.length === 0) return []
  return db.selectFrom('polls').select(columns).where('statusId', 'in', statusIds).execute()
}

export async function findPoll(db: Db, statusId: string): Promise<Poll | undefined> {
  return db.selectFrom('polls').select(columns).where('statusId', '=', statusId).executeTakeFirst()
}

/** Holds a poll as it is until the transaction ends: votes are counted one after the other. */
export async function lockPoll(tx: Tx, statusId: string): Promise<Poll | undefined> {
  return tx
    .selectFrom('polls')
    .select(columns)
    .where('statusId', '=', statusId)
    .forUpdate()
    .executeTakeFirst()
}

export async function insertPolls(tx: Tx, polls: readonly NewPoll[]): Promise<void> {
  if (polls.length > 0) await tx.insertInto('polls').values(polls).execute()
}

export async function updatePoll(
  tx: Tx,
  statusId: string,
  changes: Partial<Omit<NewPoll, 'statusId'>>,
): Promise<void> {
  await tx.updateTable('polls').set(changes).where('statusId', '=', statusId).execute()
}

/** Also takes away who voted what. */
export async function deletePolls(tx: Tx, statusIds: readonly string[]): Promise<void> {
  await deleteVotes(tx, statusIds)
  await sql`delete from polls where status_id = any(${statusIds}::bigint[])`.execute(tx)
}

export async function deleteVotes(tx: Tx, statusIds: readonly string[]): Promise<void> {
  await sql`delete from poll_votes where status_id = any(${statusIds}::bigint[])`.execute(tx)
}

/** Of our own people only: those elsewhere are to be told something first. */
export async function deleteLocalVotes(tx: Tx, statusId: string): Promise<void> {
  await tx
    .deleteFrom('pollVotes')
    .where('statusId', '=', statusId)
    .where('actorId', 'in', (eb) => eb.selectFrom('accounts').select('id'))
    .execute()
}

/**
 * Claims the right to ask a poll's own server how it stands.
 * @param unlessSince another process or request did after this moment
 */
export async function claimPollCheck(
  db: Db,
  statusId: string,
  at: Date,
  unlessSince: Date,
): Promise<boolean> {
  const claimed = await db
    .updateTable('polls')
    .set({ checkedAt: at })
    .where('statusId', '=', statusId)
    .where((eb) => eb.or([eb('checkedAt', 'is', null), eb('checkedAt', '<=', unlessSince)]))
    .executeTakeFirst()
  return claimed.numUpdatedRows > 0n
}

/** One choice of one voter. */
export type Vote = Pick<Selectable<PollVotes>, 'id' | 'statusId' | 'statusUri' | 'actorId' | 'choice'>

const voteColumns = ['id', 'statusId', 'statusUri', 'actorId', 'choice'] as const

export async function listVotesOf(db: Db, statusId: string, actorId: string): Promise<Vote[]> {
  return db
    .selectFrom('pollVotes')
    .select(voteColumns)
    .where('statusId', '=', statusId)
    .where('actorId', '=', actorId)
    .orderBy('choice')
    .execute()
}

export async function findVote(db: Db, id: string): Promise<Vote | undefined> {
  return db.selectFrom('pollVotes').select(voteColumns).where('id', '=', id).executeTakeFirst()
}

/** @returns the choices that were not made before */
export async function insertVotes(tx: Tx, votes: readonly Vote[]): Promise<number[]> {
  if (votes.length === 0) return []
  const inserted = await tx
    .insertInto('pollVotes')
    .values(votes)
    .onConflict((conflict) => conflict.columns(['statusId', 'actorId', 'choice']).doNothing())
    .returning('choice')
    .execute()
  return inserted.map((row) => row.choice)
}

/** Those elsewhere who voted, and so want to know how it ends. */
export async function listRemoteVoterIds(db: Db, statusId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('pollVotes')
    .innerJoin('remoteActors', 'remoteActors.id', 'pollVotes.actorId')
    .select('pollVotes.actorId')
    .distinct()
    .where('pollVotes.statusId', '=', statusId)
    .execute()
  return rows.map((row) => row.actorId)
}
