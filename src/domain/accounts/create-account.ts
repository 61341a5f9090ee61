import type { Context, TxContext } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { hasCode } from '../../lib/error-code.ts'
import { readEmailAddress } from '../../lib/email-address.ts'
import { DomainError } from '../../lib/errors.ts'
import { insertAccount, isNameTaken, type Actor } from '../../store/actors.ts'
import { insertUser, type UserRole } from '../../store/users.ts'
import { requirePassword } from '../auth/password-rule.ts'
import { hashPassword } from '../auth/passwords.ts'
import { generateKeys, storeKeys } from './keys.ts'
import { notifyOfSignUp } from '../notifications/notify.ts'

/** Who comes to live here, with what they have to prove still open. */
export type Newcomer = Omit<NewAccount, 'password'> & {
  readonly hash: string
  readonly confirmedAt: Date | null
  readonly approvedAt: Date | null
  readonly locale?: string | null
  readonly signUpReason?: string
}

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
  const email = checkCredentials(input)
  const { username, role } = input
  const [keys, hash] = await Promise.all([generateKeys(), hashPassword(input.password)])
  return transact(ctx, async (tx) => {
    const admitted = { confirmedAt: tx.now(), approvedAt: tx.now() }
    const actor = await settleAccount(tx, { username, role, email, hash, ...admitted }, keys)
    await notifyOfSignUp(tx, actor.id)
    return actor
  })
}

/** @throws DomainError `conflict` when the name or the address is taken */
export async function settleAccount(
  tx: TxContext,
  newcomer: Newcomer,
  keys: Awaited<ReturnType<typeof generateKeys>>,
): Promise<Actor> {
  const { username, ...member } = newcomer
  if (await isNameTaken(tx.db, username)) throw nameTaken(username)
  const account = { id: tx.newId(), username, type: 'Person', displayName: username, createdAt: tx.now() }
  const actor = await insertAccount(tx.db, account).catch((error: unknown) => {
    throw hasCode(error, uniqueViolation) ? nameTaken(username) : error
  })
  await storeKeys(tx, actor.id, keys)
  await insertUser(tx.db, { accountId: actor.id, ...member })
  return actor
}

/** Some names would let somebody pass for the place itself. */
export function isReservedName(username: string): boolean {
  return reservedNames.includes(username.toLowerCase())
}

export function isUsername(text: string): boolean {
  return /^[a-z0-9_]{1,30}$/i.test(text)
}

function checkUsername(username: string): void {
  if (!isUsername(username))
    throw new DomainError('invalid', 'A username has 1 to 30 letters a-z, digits and underscores.')
  if (isReservedName(username)) throw new DomainError('invalid', `The name ${username} is reserved.`)
}

/** @returns the address in our spelling */
function checkCredentials({ email, password }: NewAccount): string {
  const address = readEmailAddress(email)
  if (address === undefined) throw new DomainError('invalid', 'That is not an e-mail address.')
  requirePassword(password)
  return address
}

function nameTaken(username: string): DomainError {
  return new DomainError('conflict', `The name ${username} is taken.`)
}
