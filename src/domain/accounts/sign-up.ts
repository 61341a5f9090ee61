import type { Context, TxContext } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { readEmailAddress } from '../../lib/email-address.ts'
import { DomainError } from '../../lib/errors.ts'
import { isNameTaken, type Actor } from '../../store/actors.ts'
import { updateProfile } from '../../store/profiles.ts'
import { findUserByEmail } from '../../store/users.ts'
import { recordAct } from '../audit/record-act.ts'
import { longestPassword, shortestPassword } from '../auth/password-rule.ts'
import { hashPassword } from '../auth/passwords.ts'
import { readSettings } from '../instance/settings.ts'
import { askToConfirm } from './confirm-email.ts'
import { isReservedName, isUsername, settleAccount } from './create-account.ts'
import { generateKeys } from './keys.ts'

export type SignUp = {
  readonly username: string
  readonly email: string
  readonly password: string
  /** To the rules. */
  readonly agreement: boolean
  /** A language (BCP 47) to write to them in. */
  readonly locale: string | null
  /** For those who decide whom they let in. */
  readonly reason: string
  /** Whether they are shown where people look for somebody to follow: not unless they say so. */
  readonly discoverable?: boolean
  /** Where the request came from, of which a keyed digest is kept. */
  readonly ip?: string | undefined
}

type Field = 'username' | 'email' | 'password' | 'agreement' | 'reason'

/** One thing that is wrong, by Mastodon's name for it (https://docs.joinmastodon.org/methods/accounts/#422). */
export type SignUpProblem = { readonly error: string; readonly description: string }
export type SignUpProblems = Partial<Record<Field, readonly SignUpProblem[]>>

/** What cannot be accepted, by field. */
export class SignUpError extends DomainError {
  readonly problems: SignUpProblems

  constructor(problems: SignUpProblems) {
    const all = Object.entries(problems).flatMap(([field, list]) =>
      list.map(({ description }) => `${field[0]?.toUpperCase()}${field.slice(1)} ${description}`),
    )
    super('invalid', `Validation failed: ${all.join(', ')}`)
    this.problems = problems
  }
}

const longestReason = 2000

/**
 * Somebody makes an account for themselves. It is hidden, and its member may do nothing, until the address is confirmed
 * and, where people are asked, until they let it in.
 * @throws DomainError `forbidden` where nobody may; SignUpError
 */
export async function signUp(ctx: Context, input: SignUp): Promise<Actor> {
  const { registrations } = await readSettings(ctx)
  if (registrations === 'closed') throw new DomainError('forbidden', 'Nobody can sign up here by themselves.')
  const email = readEmailAddress(input.email)
  const problems = await findProblems(ctx, input, email, registrations === 'approval')
  if (email === undefined || Object.keys(problems).length > 0) throw new SignUpError(problems)
  const [keys, hash] = await Promise.all([generateKeys(), hashPassword(input.password)])
  const { username, locale, reason: signUpReason } = input
  return transact(ctx, async (tx) => {
    const approvedAt = registrations === 'open' ? tx.now() : null
    const newcomer = { username, email, hash, role: 'member' as const, locale, signUpReason, approvedAt }
    const actor = await settleAccount(tx, { ...newcomer, confirmedAt: null }, keys).catch(explainConflict)
    if (input.discoverable === true) await updateProfile(tx.db, actor.id, { discoverable: true }, tx.now())
    await welcome(tx, actor, email, input.ip)
    return actor
  })
}

async function welcome(tx: TxContext, actor: Actor, email: string, ip: string | undefined): Promise<void> {
  await askToConfirm(tx, actor, email)
  await recordAct(tx, actor.id, 'account.made', { ip })
}

async function findProblems(
  { db }: Context,
  input: SignUp,
  email: string | undefined,
  needsReason: boolean,
): Promise<SignUpProblems> {
  const found: Partial<Record<Field, SignUpProblem[]>> = {}
  const note = (field: Field, problem: SignUpProblem | undefined): void => {
    if (problem !== undefined) (found[field] ??= []).push(problem)
  }
  note('username', judgeName(input.username))
  if (found.username === undefined && (await isNameTaken(db, input.username))) note('username', taken)
  note('email', judgeEmail(input.email, email))
  if (email !== undefined && (await findUserByEmail(db, email)) !== undefined) note('email', taken)
  note('password', judgePassword(input.password))
  if (!input.agreement) note('agreement', { error: 'ERR_ACCEPTED', description: 'must be accepted' })
  note('reason', judgeReason(input.reason, needsReason))
  return found
}

const taken = { error: 'ERR_TAKEN', description: 'has already been taken' }
const blank = { error: 'ERR_BLANK', description: `can't be blank` }

function tooLong(limit: number): SignUpProblem {
  return { error: 'ERR_TOO_LONG', description: `is too long (maximum is ${limit} characters)` }
}

function judgeName(username: string): SignUpProblem | undefined {
  if (username === '') return blank
  if (username.length > 30) return tooLong(30)
  if (!isUsername(username))
    return { error: 'ERR_INVALID', description: 'must contain only letters, numbers and underscores' }
  return isReservedName(username) ? { error: 'ERR_RESERVED', description: 'is reserved' } : undefined
}

function judgeEmail(given: string, email: string | undefined): SignUpProblem | undefined {
  if (given.trim() === '') return blank
  return email === undefined
    ? { error: 'ERR_INVALID', description: 'does not appear to be a valid e-mail address' }
    : undefined
}

function judgePassword(password: string): SignUpProblem | undefined {
  if (password === '') return blank
  if (password.length > longestPassword) return tooLong(longestPassword)
  const description = `is too short (minimum is ${shortestPassword} characters)`
  return password.length < shortestPassword ? { error: 'ERR_TOO_SHORT', description } : undefined
}

function judgeReason(reason: string, isNeeded: boolean): SignUpProblem | undefined {
  if (isNeeded && reason.trim() === '') return blank
  return reason.length > longestReason ? tooLong(longestReason) : undefined
}

/** Somebody else was faster. */
function explainConflict(error: unknown): never {
  if (!(error instanceof DomainError) || error.code !== 'conflict') throw error
  throw new SignUpError({ [error.message.includes('e-mail') ? 'email' : 'username']: [taken] })
}
