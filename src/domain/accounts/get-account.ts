import type { Db } from '../../context.ts'
import { DomainError } from '../../lib/errors.ts'
import { findAccount, type Actor } from '../../store/actors.ts'

/**
 * Somebody who lives here, whatever the case of the name; never the instance's own actor.
 * @throws DomainError `not_found`
 */
export async function getAccount(ctx: { readonly db: Db }, username: string): Promise<Actor> {
  const account = await findAccount(ctx.db, username)
  if (account !== undefined && account.type !== 'Application') return account
  throw new DomainError('not_found', `There is no account ${username} here.`)
}
