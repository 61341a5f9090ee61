import { sql, type Insertable, type Selectable } from 'kysely'
import type { Db, Tx } from '../context.ts'
import type { Facts } from '../db/json.ts'
import type { RecoveryKits, SealedLetters } from '../db/schema.ts'

export type Kit = Selectable<RecoveryKits>

export async function findKit(db: Db, accountId: string): Promise<Kit | undefined> {
  return db.selectFrom('recoveryKits').selectAll().where('accountId', '=', accountId).executeTakeFirst()
}

/** In place of the one that was there, if there was one. */
export async function replaceKit(
  tx: Tx,
  kit: Insertable<RecoveryKits> & { accountId: string },
): Promise<void> {
  await tx.deleteFrom('recoveryKits').where('accountId', '=', kit.accountId).execute()
  await tx.insertInto('recoveryKits').values(kit).execute()
}

/** What goes into the next copies. */
export async function updateKit(
  tx: Tx,
  accountId: string,
  changes: Pick<Insertable<RecoveryKits>, 'standbyUri' | 'standbyId' | 'includesKey' | 'includesMedia'>,
): Promise<void> {
  await tx.updateTable('recoveryKits').set(changes).where('accountId', '=', accountId).execute()
}

/** A copy was made; of a kit that was replaced meanwhile nothing is noted. */
export async function noteCopy(
  db: Db,
  kit: Pick<Kit, 'accountId' | 'header'>,
  { at, followers, facts }: { at: Date; followers: number; facts: Facts },
): Promise<void> {
  await db
    .updateTable('recoveryKits')
    .set({ refreshedAt: at, followers, facts: JSON.stringify(facts) })
    .where('accountId', '=', kit.accountId)
    .where('header', '=', kit.header)
    .execute()
}

/** What happened since the last copy was made. */
export type Since = { readonly followers: number; readonly follows: number; readonly posts: number }

/** At most `most` of each are counted. */
export async function countSince(db: Db, accountId: string, since: Date, most: number): Promise<Since> {
  const { rows } = await sql<{ followers: string; follows: string; posts: string }>`
    select
      (select count(*) from (select from follows where target_id = ${accountId}::bigint and state = 'accepted'
        and accepted_at > ${since} limit ${most}) f) as followers,
      (select count(*) from (select from follows where follower_id = ${accountId}::bigint
        and created_at > ${since} limit ${most}) f) as follows,
      (select count(*) from (select from posts where actor_id = ${accountId}::bigint and deleted_at is null
        and coalesce(imported_at, created_at) > ${since} limit ${most}) p) as posts`.execute(db)
  const [row] = rows
  return { followers: Number(row?.followers), follows: Number(row?.follows), posts: Number(row?.posts) }
}

/**
 * Accounts with a kit that goes somewhere, of which no copy was made since `before`, or whose followers are more or
 * fewer by a twentieth than then.
 */
export async function listDueKits(db: Db, before: Date, limit: number): Promise<string[]> {
  const { rows } = await sql<{ accountId: string }>`
    select k.account_id from recovery_kits k
    join accounts a on a.id = k.account_id and a.deleted_at is null
    cross join lateral (select count(*) as n from follows f
      where f.target_id = k.account_id and f.state = 'accepted') now
    where exists (select from kit_destinations d where d.account_id = k.account_id)
      and (k.refreshed_at is null or k.refreshed_at <= ${before}
        or (now.n <> coalesce(k.followers, 0) and abs(now.n - coalesce(k.followers, 0)) * 20 >= coalesce(k.followers, 0)))
    order by k.refreshed_at nulls first, k.account_id
    limit ${limit}`.execute(db)
  return rows.map(({ accountId }) => accountId)
}

export type SealedLetter = Pick<
  Selectable<SealedLetters>,
  'kind' | 'standbyUri' | 'document' | 'actorDigest' | 'createdAt'
>

/** What an account signed for a standby, and when. */
export async function listSealedLetters(
  db: Db,
  accountId: string,
  standbyUri: string,
): Promise<SealedLetter[]> {
  return db
    .selectFrom('sealedLetters')
    .select(['kind', 'standbyUri', 'document', 'actorDigest', 'createdAt'])
    .where('accountId', '=', accountId)
    .where('standbyUri', '=', standbyUri)
    .orderBy('kind')
    .execute()
}

/** In place of what was signed for the same standby before. */
export async function replaceSealedLetters(
  tx: Tx,
  letters: readonly Insertable<SealedLetters>[],
): Promise<void> {
  await tx
    .insertInto('sealedLetters')
    .values([...letters])
    .onConflict((conflict) =>
      conflict.columns(['accountId', 'standbyUri', 'kind']).doUpdateSet((eb) => ({
        document: eb.ref('excluded.document'),
        actorDigest: eb.ref('excluded.actorDigest'),
        createdAt: eb.ref('excluded.createdAt'),
      })),
    )
    .execute()
}

/** Everybody for whom an account ever signed letters, the latest first. */
export async function listStandbys(db: Db, accountId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('sealedLetters')
    .select('standbyUri')
    .where('accountId', '=', accountId)
    .groupBy('standbyUri')
    .orderBy((eb) => eb.fn.max('createdAt'), 'desc')
    .limit(20)
    .execute()
  return rows.map(({ standbyUri }) => standbyUri)
}
