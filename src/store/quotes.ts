import { sql, type Insertable, type Selectable } from 'kysely'
import type { Db, Tx } from '../context.ts'
import type { QuoteAuthorizations } from '../db/schema.ts'
import type { Status } from './statuses.ts'

/** That a post of ours may be quoted by another one: ours by its id, another server's by its URI. */
export type QuoteAuthorization = Selectable<QuoteAuthorizations>
export type Quoting = { readonly id: string } | { readonly uri: string }

const columns = [
  'id',
  'statusId',
  'quotingId',
  'quotingUri',
  'requestUri',
  'createdAt',
  'revokedAt',
] as const satisfies readonly (keyof QuoteAuthorizations)[]

export async function findQuoteAuthorization(db: Db, id: string): Promise<QuoteAuthorization | undefined> {
  return db.selectFrom('quoteAuthorizations').select(columns).where('id', '=', id).executeTakeFirst()
}

/** What was said of this quote, also when it was taken back since. */
export async function findQuoteAuthorizationFor(
  db: Db,
  statusId: string,
  quoting: Quoting,
): Promise<QuoteAuthorization | undefined> {
  const query = db.selectFrom('quoteAuthorizations').select(columns).where('statusId', '=', statusId)
  const found =
    'id' in quoting ? query.where('quotingId', '=', quoting.id) : query.where('quotingUri', '=', quoting.uri)
  return found.executeTakeFirst()
}

/** By which leave of an author of ours another post quotes them: one at most, unless it was changed. */
export async function listAuthorizationsOfQuoting(
  db: Db,
  authorId: string,
  quoting: Quoting,
): Promise<QuoteAuthorization[]> {
  const query = db
    .selectFrom('quoteAuthorizations')
    .select(columns)
    .where('statusId', 'in', (eb) => eb.selectFrom('posts').select('id').where('actorId', '=', authorId))
    .where('revokedAt', 'is', null)
    .orderBy('id')
    .limit(100)
  const found =
    'id' in quoting ? query.where('quotingId', '=', quoting.id) : query.where('quotingUri', '=', quoting.uri)
  return found.execute()
}

/** What was authorised already stays under its id, and what was taken back stays so; the latest request is kept. */
export async function upsertQuoteAuthorization(
  tx: Tx,
  authorization: Omit<Insertable<QuoteAuthorizations>, 'revokedAt'>,
): Promise<QuoteAuthorization> {
  return tx
    .insertInto('quoteAuthorizations')
    .values(authorization)
    .onConflict((conflict) =>
      conflict
        .columns(['statusId', 'quotingId', 'quotingUri'])
        .doUpdateSet({ requestUri: sql`coalesce(excluded.request_uri, quote_authorizations.request_uri)` }),
    )
    .returning(columns)
    .executeTakeFirstOrThrow()
}

/** @returns false when it was taken back before */
export async function revokeQuoteAuthorization(tx: Tx, id: string, at: Date): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('quoteAuthorizations')
    .set({ revokedAt: at })
    .where('id', '=', id)
    .where('revokedAt', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

export type QuoteState = 'pending' | 'accepted' | 'rejected' | 'revoked'

export type QuoteColumns = {
  readonly quoteUri: string | null
  readonly quoteOfId: string | null
  readonly quoteState: QuoteState | null
  readonly quoteAuthorizationUri: string | null
}

export async function updateQuote(
  tx: Tx,
  { id, isLocal }: Pick<Status, 'id' | 'isLocal'>,
  changes: Partial<QuoteColumns>,
): Promise<void> {
  if (isLocal) await tx.updateTable('posts').set(changes).where('id', '=', id).execute()
  else await tx.updateTable('remoteStatuses').set(changes).where('id', '=', id).execute()
}

/** Holds the status that quotes until the transaction ends, so that two answers about it come one after the other. */
export async function lockQuoting(tx: Tx, { id, isLocal }: Pick<Status, 'id' | 'isLocal'>): Promise<void> {
  const table = isLocal ? 'posts' : 'remoteStatuses'
  await tx.selectFrom(table).select('id').where('id', '=', id).forUpdate().execute()
}

/**
 * The statuses that quote an author by this stamp: one where the stamp was looked at, however many name it. At most a
 * hundred, those that are shown first.
 */
export async function listQuotesByStamp(db: Db, stampUri: string, authorId: string): Promise<Quote[]> {
  return db
    .selectFrom('statuses as quoting')
    .innerJoin('statuses as quoted', 'quoted.id', 'quoting.quoteOfId')
    .select(['quoting.id', 'quoting.isLocal'])
    .where('quoting.quoteAuthorizationUri', '=', stampUri)
    .where('quoted.actorId', '=', authorId)
    .where('quoting.quoteState', '!=', 'revoked')
    .orderBy(sql`quoting.quote_state = 'accepted'`, 'desc')
    .limit(100)
    .execute()
}
type Quote = Pick<Status, 'id' | 'isLocal'>

/** Whether a status is quoted by one that is quoted itself: the third post of a chain. */
export async function isDeepInQuotes(db: Db, status: Pick<Status, 'id' | 'uri'>): Promise<boolean> {
  const result = await sql<{ deep: boolean }>`
    select exists (
      select from statuses one
      where (one.quote_of_id = ${status.id} or (one.quote_of_id is null and one.quote_uri = ${status.uri}))
        and exists (
          select from statuses two
          where two.quote_of_id = one.id or (two.quote_of_id is null and two.quote_uri = one.uri)
        )
    ) as deep`.execute(db)
  return result.rows[0]?.deep === true
}
