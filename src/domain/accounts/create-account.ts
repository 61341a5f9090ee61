import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { hasCode } from '../../lib/error-code.ts'
import { DomainError } from '../../lib/errors.ts'
import { findAccount, insertAccount, type Actor } from '../../store/actors.ts'
import { insertUser, type UserRole } from '../../store/users.ts'
import { hashPassword } from '../auth/passwords.ts'
import { generateKeys, storeKeys } from './keys.ts'
import { notifyOfSignUp } from '../notifications/notify.ts'

export type NewAccount = {
  readonly username: string
  readonly email: string
  readonly password: string
  readonly role: UserRole
}

/** PostgreSQL's word for it: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const uniqueViolation = '23505'

/** Names that would let somebody pass for the place itself. */
const reservedNames = [
  'admin',
  'administrator',
  'abuse',
  'help',
  'holdfast',
  'instance',
  'mod',
  'moderator',
  'root',
  'security',
  'support',
  'webmaster',
]

/**
 * A new member, with the keys that others will know them by.
 * @throws DomainError `invalid` for a name, address or password that will not do; `conflict` when the name or
 *   address is taken: also by somebody who has left, since a name is never given out again
 */
export async function createAccount(ctx: Context, input: NewAccount): Promise<Actor> {
  checkUsername(input.username)
  checkCredentials(input)
  const [keys, hash] = await Promise.all([generateKeys(), hashPassword(input.password)])
  return transact(ctx, async (tx) => {
    const { username } = input
    if ((await findAccount(tx.db, username)) !== undefined) throw nameTaken(username)
    const account = { id: tx.newId(), username, type: 'Person', displayName: username, createdAt: tx.now() }
    const actor = await insertAccount(tx.db, account).catch((error: unknown) => {
      throw hasCode(error, uniqueViolation) ? nameTaken(username) : error
    })
    await storeKeys(tx, actor.id, keys)
    const { email, role } = input
    const admitted = { confirmedAt: tx.now(), approvedAt: tx.now() }
    await insertUser(tx.db, { accountId: actor.id, email, role, hash, ...admitted })
    await notifyOfSignUp(tx, actor.id)
    return actor
  })
}

function checkUsername(username: string): void {
  if (!/^[a-z0-9_]{1,30}$/i.test(username)) {
    throw new DomainError('invalid', 'A username has 1 to 30 letters a-z, digits and underscores.')
  }
  if (reservedNames.includes(username.toLowerCase()))
    throw new DomainError('invalid', `The name ${username} is reserved.`)
}

function checkCredentials({ email, password }: NewAccount): void {
  if (!/^[^\s@]{1,64}@[^\s@]{1,255}$/.test(email))
    throw new DomainError('invalid', 'That is not an e-mail address.')
  if (password.length < 10) throw new DomainError('invalid', 'A password has at least 10 characters.')
  if (password.length > 1000) throw new DomainError('invalid', 'A password has at most 1,000 characters.')
}

function nameTaken(username: string): DomainError {
  return new DomainError('conflict', `The name ${username} is taken.`)
}
