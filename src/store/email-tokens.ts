import { sql, type Selectable } from 'kysely'
import type { Db, Tx } from '../context.ts'
import type { EmailTokens } from '../db/schema.ts'

export type EmailPurpose = 'confirm' | 'reset'

/** What proves that somebody reads mail at an address. */
export type EmailToken = Pick<Selectable<EmailTokens>, 'accountId' | 'email' | 'createdAt'>

export async function insertEmailToken(
  tx: Tx,
  token: { tokenDigest: Buffer; accountId: string; purpose: EmailPurpose; email: string; createdAt: Date },
): Promise<void> {
  await tx.insertInto('emailTokens').values(token).execute()
}

/** One that was not used and is not older than that, and stays as it is until the transaction ends. */
export async function lockEmailToken(
  tx: Tx,
  tokenDigest: Buffer,
  purpose: EmailPurpose,
  since: Date,
): Promise<EmailToken | undefined> {
  return tx
    .selectFrom('emailTokens')
    .select(['accountId', 'email', 'createdAt'])
    .where('tokenDigest', '=', tokenDigest)
    .where('purpose', '=', purpose)
    .where('usedAt', 'is', null)
    .where('createdAt', '>', since)
    .forUpdate()
    .executeTakeFirst()
}

/** All of one purpose at once: the links of earlier mails hold no more. */
export async function useEmailTokens(
  tx: Tx,
  accountId: string,
  purpose: EmailPurpose,
  at: Date,
): Promise<void> {
  await tx
    .updateTable('emailTokens')
    .set({ usedAt: at })
    .where('accountId', '=', accountId)
    .where('purpose', '=', purpose)
    .where('usedAt', 'is', null)
    .execute()
}

/** How many were made since, for the account or for the address; none is made for it until the transaction ends. */
export async function countEmailTokens(
  db: Tx,
  accountId: string,
  email: string,
  since: Date,
): Promise<number> {
  await sql`select pg_advisory_xact_lock(hashtextextended('email tokens ' || ${accountId}::text, 0))`.execute(
    db,
  )
  const row = await db
    .selectFrom('emailTokens')
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .where((eb) => eb.or([eb('accountId', '=', accountId), eb(sql`lower(email)`, '=', email.toLowerCase())]))
    .where('createdAt', '>', since)
    .executeTakeFirstOrThrow()
  return Number(row.count)
}

export async function pruneEmailTokens(db: Db, before: Date): Promise<void> {
  await db.deleteFrom('emailTokens').where('createdAt', '<', before).execute()
}
