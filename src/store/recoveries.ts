import { sql, type Selectable } from 'kysely'
import type { Db, Tx } from '../context.ts'
import type { Facts } from '../db/json.ts'
import type { Recoveries } from '../db/schema.ts'

/** Coming back, on an account of ours, from a place that is gone. */
export type Recovery = Selectable<Recoveries>

export type NewRecovery = Pick<
  Recovery,
  'id' | 'accountId' | 'formerUri' | 'formerHandle' | 'kitMadeAt' | 'hasKey' | 'createdAt'
> & { readonly kitOpener: Buffer; readonly facts: Facts }

export type RecoveryLetter = { readonly kind: 'move' | 'move_embedded' | 'update'; readonly document: string }

/** With what was opened and looked at: nothing begins before the member says so. */
export async function insertRecovery(
  tx: Tx,
  { facts, ...recovery }: NewRecovery,
  letters: readonly RecoveryLetter[],
): Promise<void> {
  await tx
    .insertInto('recoveries')
    .values({ ...recovery, facts: JSON.stringify(facts) })
    .execute()
  await insertLetters(tx, recovery.id, letters)
}

async function insertLetters(tx: Tx, recoveryId: string, letters: readonly RecoveryLetter[]): Promise<void> {
  if (letters.length === 0) return
  const rows = letters.map(({ kind, document }) => ({ recoveryId, kind, document }))
  await tx.insertInto('recoveryLetters').values(rows).execute()
}

export async function findRecovery(db: Db, id: string): Promise<Recovery | undefined> {
  return db.selectFrom('recoveries').selectAll().where('id', '=', id).executeTakeFirst()
}

/** The same, held until the transaction ends. */
export async function lockRecovery(tx: Tx, id: string): Promise<Recovery | undefined> {
  return tx.selectFrom('recoveries').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()
}

/** Those of an account, newest first, without what was opened only. */
export async function listRecoveries(db: Db, accountId: string): Promise<Recovery[]> {
  return db
    .selectFrom('recoveries')
    .selectAll()
    .where('accountId', '=', accountId)
    .where('state', '<>', 'opened')
    .orderBy('id', 'desc')
    .limit(50)
    .execute()
}

/** What the account opened last and has not said yes to. */
export async function findOpened(db: Db, accountId: string): Promise<Recovery | undefined> {
  return db
    .selectFrom('recoveries')
    .selectAll()
    .where('accountId', '=', accountId)
    .where('state', '=', 'opened')
    .orderBy('id', 'desc')
    .executeTakeFirst()
}

/** The one of this account for this address that was begun before, held until the transaction ends. */
export async function lockBegun(tx: Tx, accountId: string, formerUri: string): Promise<Recovery | undefined> {
  return tx
    .selectFrom('recoveries')
    .selectAll()
    .where('accountId', '=', accountId)
    .where('formerUri', '=', formerUri)
    .where('state', '<>', 'opened')
    .forUpdate()
    .executeTakeFirst()
}

export type RecoveryChanges = Partial<Omit<Recovery, 'id' | 'accountId' | 'facts'>>

export async function updateRecovery(tx: Tx, id: string, changes: RecoveryChanges): Promise<void> {
  await tx.updateTable('recoveries').set(changes).where('id', '=', id).execute()
}

/** Forgets what was opened; the letters go with it. */
export async function deleteRecovery(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom('recoveries').where('id', '=', id).execute()
}

/** Another kit of the same address takes the place of the one that a recovery began with. */
export async function replaceKit(tx: Tx, id: string, by: Recovery): Promise<void> {
  const { kitMadeAt, kitOpener, hasKey } = by
  await tx
    .updateTable('recoveries')
    .set({ kitMadeAt, kitOpener, hasKey, facts: JSON.stringify(by.facts), position: 0 })
    .where('id', '=', id)
    .execute()
  await tx.deleteFrom('recoveryLetters').where('recoveryId', '=', id).execute()
  await tx.updateTable('recoveryLetters').set({ recoveryId: id }).where('recoveryId', '=', by.id).execute()
}

export async function findLetter(
  db: Db,
  recoveryId: string,
  kind: RecoveryLetter['kind'],
): Promise<string | undefined> {
  const row = await db
    .selectFrom('recoveryLetters')
    .select('document')
    .where('recoveryId', '=', recoveryId)
    .where('kind', '=', kind)
    .executeTakeFirst()
  return row?.document
}

export async function listLetterKinds(db: Db, recoveryId: string): Promise<ReadonlySet<string>> {
  const rows = await db
    .selectFrom('recoveryLetters')
    .select('kind')
    .where('recoveryId', '=', recoveryId)
    .execute()
  return new Set(rows.map(({ kind }) => kind))
}

/** Those whose turn came before a moment and was not taken. */
export async function listLateRecoveries(db: Db, before: Date): Promise<string[]> {
  const rows = await db
    .selectFrom('recoveries')
    .select('id')
    .where('turnAt', '<', before)
    .orderBy('turnAt')
    .limit(1000)
    .execute()
  return rows.map(({ id }) => id)
}

/** What was opened before a moment and never begun. */
export async function listForgottenOpenings(db: Db, before: Date): Promise<string[]> {
  const rows = await db
    .selectFrom('recoveries')
    .select('id')
    .where('state', '=', 'opened')
    .where('createdAt', '<', before)
    .limit(1000)
    .execute()
  return rows.map(({ id }) => id)
}

/** Who an account of ours was elsewhere. */
export type FormerIdentity = {
  readonly id: string
  readonly accountId: string
  readonly actorUri: string
  readonly handle: string
  /** The last actor document served under the old name. */
  readonly document: string
}

export async function findFormerIdentity(db: Db, actorUri: string): Promise<FormerIdentity | undefined> {
  return db
    .selectFrom('formerIdentities')
    .select(['id', 'accountId', 'actorUri', 'handle', 'document'])
    .where('actorUri', '=', actorUri)
    .executeTakeFirst()
}

/** @returns the row that stands: somebody else may have been quicker */
export async function upsertFormerIdentity(
  tx: Tx,
  identity: FormerIdentity & { readonly createdAt: Date },
): Promise<FormerIdentity> {
  await tx
    .insertInto('formerIdentities')
    .values(identity)
    .onConflict((conflict) =>
      conflict
        .column('actorUri')
        .doUpdateSet({ document: identity.document, handle: identity.handle })
        .where('formerIdentities.accountId', '=', identity.accountId),
    )
    .execute()
  return (await findFormerIdentity(tx, identity.actorUri))!
}

export async function hasFormerKey(db: Db, formerIdentityId: string, kind: string): Promise<boolean> {
  const row = await db
    .selectFrom('accountKeys')
    .select('id')
    .where('formerIdentityId', '=', formerIdentityId)
    .where('kind', '=', kind)
    .executeTakeFirst()
  return row !== undefined
}

/** The account is at least as old as it was elsewhere: some servers want nothing of those who are too young. */
export async function keepEarliestCreation(tx: Tx, accountId: string, createdAt: Date): Promise<void> {
  await sql`update accounts set created_at = least(created_at, ${createdAt})
    where id = ${accountId}::bigint`.execute(tx)
}

/** What opens the copies of kits that are still needed: not those of accounts that were erased. */
export async function listKeptKits(db: Db): Promise<Buffer[]> {
  const rows = await db
    .selectFrom('recoveries')
    .innerJoin('accounts', 'accounts.id', 'recoveries.accountId')
    .select('kitOpener')
    .where('kitOpener', 'is not', null)
    .where('accounts.deletedAt', 'is', null)
    .execute()
  return rows.flatMap(({ kitOpener }) => kitOpener ?? [])
}
