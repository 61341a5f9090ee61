import { sql, type Selectable } from 'kysely'
import type { Db, Tx } from '../context.ts'
import type { Users } from '../db/schema.ts'
import { DomainError } from '../lib/errors.ts'

export const userRoles = ['owner', 'admin', 'moderator', 'member'] as const
export type UserRole = (typeof userRoles)[number]

/** @throws DomainError `conflict` when somebody else has that address */
export async function insertUser(
  tx: Tx,
  user: {
    accountId: string
    email: string
    role: UserRole
    hash: string
    confirmedAt: Date | null
    approvedAt: Date | null
    locale?: string | null
    signUpReason?: string
  },
): Promise<void> {
  const { hash, ...row } = user
  const made = await tx
    .insertInto('users')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  if ((made.numInsertedOrUpdatedRows ?? 0n) === 0n) {
    throw new DomainError('conflict', 'That e-mail address is in use already.')
  }
  await tx.insertInto('userPasswords').values({ accountId: user.accountId, hash }).execute()
}

export async function hasAnyUser(db: Db): Promise<boolean> {
  const row = await db.selectFrom('users').select('accountId').limit(1).executeTakeFirst()
  return row !== undefined
}

/** A member as those who run this place know them. */
export type User = Pick<
  Selectable<Users>,
  'accountId' | 'email' | 'createdAt' | 'confirmedAt' | 'approvedAt' | 'leavingSince' | 'signUpReason'
> & { readonly role: UserRole }

const columns = [
  ...(['accountId', 'email', 'role', 'createdAt', 'confirmedAt', 'approvedAt'] as const),
  ...(['leavingSince', 'signUpReason'] as const),
] as const

export async function findUser(db: Db, accountId: string): Promise<User | undefined> {
  return db
    .selectFrom('users')
    .select(columns)
    .where('accountId', '=', accountId)
    .$narrowType<{ role: UserRole }>()
    .executeTakeFirst()
}

/** However the address is spelt. */
export async function findUserByEmail(db: Db, email: string): Promise<User | undefined> {
  return db
    .selectFrom('users')
    .select(columns)
    .where(sql`lower(email)`, '=', email.toLowerCase())
    .$narrowType<{ role: UserRole }>()
    .executeTakeFirst()
}

/** The same, and nobody else changes it until the transaction ends. */
export async function lockUser(tx: Tx, accountId: string): Promise<User | undefined> {
  return tx
    .selectFrom('users')
    .select(columns)
    .where('accountId', '=', accountId)
    .forUpdate()
    .$narrowType<{ role: UserRole }>()
    .executeTakeFirst()
}

export type UserChanges = Partial<Pick<User, 'email' | 'confirmedAt' | 'approvedAt' | 'leavingSince'>>

export async function updateUser(tx: Tx, accountId: string, changes: UserChanges): Promise<void> {
  await tx.updateTable('users').set(changes).where('accountId', '=', accountId).execute()
}

export async function updatePassword(tx: Tx, accountId: string, hash: string, at: Date): Promise<void> {
  await tx
    .updateTable('userPasswords')
    .set({ hash, changedAt: at })
    .where('accountId', '=', accountId)
    .execute()
}

export async function findPasswordHash(db: Db, accountId: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('userPasswords')
    .select('hash')
    .where('accountId', '=', accountId)
    .executeTakeFirst()
  return row?.hash
}

/** Those who confirmed their address and wait to be let in, the longest first. */
export type Applicant = Pick<User, 'accountId' | 'email' | 'createdAt' | 'signUpReason'> & {
  readonly username: string
}

export async function listApplicants(db: Db, limit: number): Promise<Applicant[]> {
  return db
    .selectFrom('users as u')
    .innerJoin('accounts as a', 'a.id', 'u.accountId')
    .select(['u.accountId', 'u.email', 'u.createdAt', 'u.signUpReason', 'a.username'])
    .where('u.approvedAt', 'is', null)
    .where('u.confirmedAt', 'is not', null)
    .orderBy('u.createdAt')
    .limit(limit)
    .execute()
}

/** Whoever asked to be let in under that name and was not yet, whether or not the address is confirmed. */
export async function findApplicant(db: Db, username: string): Promise<Applicant | undefined> {
  return db
    .selectFrom('users as u')
    .innerJoin('accounts as a', 'a.id', 'u.accountId')
    .select(['u.accountId', 'u.email', 'u.createdAt', 'u.signUpReason', 'a.username'])
    .where('u.approvedAt', 'is', null)
    .where(sql`lower(a.username)`, '=', username.toLowerCase())
    .executeTakeFirst()
}

/** Who never confirmed the address that they gave. */
export async function listUnconfirmed(db: Db, before: Date, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom('users')
    .select('accountId')
    .where('confirmedAt', 'is', null)
    .where('createdAt', '<', before)
    .limit(limit)
    .execute()
  return rows.map(({ accountId }) => accountId)
}

export async function listLeaving(db: Db, before: Date, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom('users')
    .select('accountId')
    .where('leavingSince', '<', before)
    .limit(limit)
    .execute()
  return rows.map(({ accountId }) => accountId)
}

/** Owners who are not about to leave, of whom none leaves until the transaction ends. */
export async function lockOwners(tx: Tx): Promise<string[]> {
  const rows = await tx
    .selectFrom('users')
    .select('accountId')
    .where('role', '=', 'owner')
    .where('leavingSince', 'is', null)
    .orderBy('accountId')
    .forUpdate()
    .execute()
  return rows.map(({ accountId }) => accountId)
}
