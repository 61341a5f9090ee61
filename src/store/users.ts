import type { Db, Tx } from '../context.ts'
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
