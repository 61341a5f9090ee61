import type { Selectable } from 'kysely'
import type { Db, Tx } from '../context.ts'
import type { Sessions } from '../db/schema.ts'

/** A browser in which a member has signed in. */
export type Session = Selectable<Sessions>

const columns = ['tokenDigest', 'accountId', 'userAgent', 'createdAt', 'seenAt', 'provenAt'] as const

export async function insertSession(tx: Tx, session: Session): Promise<void> {
  await tx.insertInto('sessions').values(session).execute()
}

/** What a session must not be older than. */
export type SessionAge = { readonly seenSince: Date; readonly createdSince: Date }

export async function findSession(
  db: Db,
  tokenDigest: Buffer,
  { seenSince, createdSince }: SessionAge,
): Promise<Session | undefined> {
  return db
    .selectFrom('sessions')
    .select(columns)
    .where('tokenDigest', '=', tokenDigest)
    .where('seenAt', '>', seenSince)
    .where('createdAt', '>', createdSince)
    .executeTakeFirst()
}

/** The latest first. */
export async function listSessionsOf(
  db: Db,
  accountId: string,
  { seenSince, createdSince }: SessionAge,
): Promise<Session[]> {
  return db
    .selectFrom('sessions')
    .select(columns)
    .where('accountId', '=', accountId)
    .where('seenAt', '>', seenSince)
    .where('createdAt', '>', createdSince)
    .orderBy('seenAt', 'desc')
    .limit(100)
    .execute()
}

export async function noteSessionUse(db: Db, tokenDigest: Buffer, at: Date): Promise<void> {
  await db.updateTable('sessions').set({ seenAt: at }).where('tokenDigest', '=', tokenDigest).execute()
}

export async function deleteSession(db: Db, tokenDigest: Buffer): Promise<void> {
  await db.deleteFrom('sessions').where('tokenDigest', '=', tokenDigest).execute()
}

/** @returns whether there was such a session of this member */
export async function deleteSessionOf(db: Db, accountId: string, tokenDigest: Buffer): Promise<boolean> {
  const deleted = await db
    .deleteFrom('sessions')
    .where('accountId', '=', accountId)
    .where('tokenDigest', '=', tokenDigest)
    .executeTakeFirst()
  return deleted.numDeletedRows > 0n
}

export async function deleteSessionsOf(tx: Tx, accountId: string): Promise<void> {
  await tx.deleteFrom('sessions').where('accountId', '=', accountId).execute()
}

/** All but the one in hand. */
export async function deleteOtherSessions(tx: Tx, accountId: string, kept: Buffer): Promise<void> {
  await tx
    .deleteFrom('sessions')
    .where('accountId', '=', accountId)
    .where('tokenDigest', '!=', kept)
    .execute()
}

/** From now on the session is known by another secret. @returns false when it has ended meanwhile */
export async function renewSession(
  db: Db,
  tokenDigest: Buffer,
  { digest, at }: { digest: Buffer; at: Date },
): Promise<boolean> {
  const renewed = await db
    .updateTable('sessions')
    .set({ tokenDigest: digest, provenAt: at, seenAt: at })
    .where('tokenDigest', '=', tokenDigest)
    .executeTakeFirst()
  return renewed.numUpdatedRows > 0n
}

export async function pruneSessions(db: Db, { seenSince, createdSince }: SessionAge): Promise<void> {
  await db
    .deleteFrom('sessions')
    .where((eb) => eb.or([eb('seenAt', '<=', seenSince), eb('createdAt', '<=', createdSince)]))
    .execute()
}
