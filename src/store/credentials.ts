import { sql } from 'kysely'
import type { Db } from '../context.ts'
import type { UserRole } from './users.ts'

/** What decides whether a member may act here. */
export type Standing = {
  readonly accountId: string
  readonly role: UserRole
  readonly confirmedAt: Date | null
  readonly approvedAt: Date | null
  readonly disabledAt: Date | null
  /** When the member asked for the account to be deleted. */
  readonly leavingSince: Date | null
  readonly suspendedAt: Date | null
  readonly deletedAt: Date | null
}

const standing = [
  ...(['u.accountId', 'u.role', 'u.confirmedAt', 'u.approvedAt', 'u.disabledAt'] as const),
  ...(['u.leavingSince', 'a.suspendedAt', 'a.deletedAt'] as const),
] as const

export async function findStanding(db: Db, accountId: string): Promise<Standing | undefined> {
  return db
    .selectFrom('users as u')
    .innerJoin('actors as a', 'a.id', 'u.accountId')
    .select(standing)
    .where('u.accountId', '=', accountId)
    .$narrowType<{ role: UserRole }>()
    .executeTakeFirst()
}

/** @param login a username, or the e-mail address; however it is spelt */
export async function findCredentials(
  db: Db,
  login: string,
): Promise<(Standing & { readonly hash: string }) | undefined> {
  const column = login.includes('@') ? sql.ref('u.email') : sql.ref('a.username')
  return db
    .selectFrom('users as u')
    .innerJoin('actors as a', 'a.id', 'u.accountId')
    .innerJoin('userPasswords as p', 'p.accountId', 'u.accountId')
    .select([...standing, 'p.hash'])
    .where('a.isLocal', '=', true)
    .where(sql`lower(${column})`, '=', login.toLowerCase())
    .$narrowType<{ role: UserRole }>()
    .executeTakeFirst()
}
