import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { DomainError } from '../../lib/errors.ts'
import { findCredentials, type Standing } from '../../store/credentials.ts'
import { deleteSession, insertSession } from '../../store/sessions.ts'
import { deletionOf, keepAccount } from '../accounts/leave.ts'
import { recordAct } from '../audit/record-act.ts'
import { digestToken } from './digest-token.ts'
import { newSecret } from './new-secret.ts'
import { verifyPassword } from './passwords.ts'
import { isLeaving, requireGoodStanding } from './standing.ts'

export type SignIn = {
  /** A username or an e-mail address. */
  readonly login: string
  readonly password: string
  /** What the browser calls itself, to tell sessions apart. */
  readonly userAgent: string
  /** The session in which this was asked, if any: it ends here. */
  readonly former: string | undefined
  /** Keeps an account that was to be deleted. */
  readonly keeps?: boolean
  /** Where the request came from, of which a keyed digest is kept. */
  readonly ip?: string | undefined
}

const maxLength = 1000

/**
 * Opens a session for whoever knows the password, always one with a new secret.
 * @returns the secret, which the browser alone keeps
 * @throws DomainError `unauthorized` whether the name or the password is wrong; `forbidden` for a member who may not
 *   act, told only to whoever knows the password
 */
export async function signIn(ctx: Context, input: SignIn): Promise<string> {
  const { login, password } = input
  const fits = login.length <= maxLength && password.length <= maxLength && !login.includes('\0')
  const member = fits ? await findCredentials(ctx.db, login) : undefined
  const isRight = fits && (await verifyPassword(password, member?.hash))
  if (member === undefined || !isRight)
    throw new DomainError('unauthorized', 'That name and password do not belong together.')
  if (input.keeps === true && isLeaving(member)) await keepAccount(ctx, member.accountId, input.ip)
  else requireStaying(member)
  return openSession(ctx, member.accountId, input)
}

/** @throws DomainError `forbidden`; its detail says `isLeaving` for a member who may keep the account */
function requireStaying(member: Standing): void {
  const { leavingSince } = member
  if (leavingSince === null || !isLeaving(member)) return requireGoodStanding(member)
  const end = deletionOf(leavingSince).toISOString().slice(0, 10)
  const message = `This account is to be deleted on ${end}. To keep it, give the password once more.`
  throw new DomainError('forbidden', message, { detail: { isLeaving: true } })
}

/** A session for somebody who has just proved who they are. */
async function openSession(
  ctx: Context,
  accountId: string,
  { userAgent, former, ip }: Pick<SignIn, 'userAgent' | 'former' | 'ip'>,
): Promise<string> {
  const secret = newSecret()
  const now = ctx.now()
  await transact(ctx, async (tx) => {
    const { db } = tx
    if (former !== undefined) await deleteSession(db, digestToken(former))
    await insertSession(db, {
      tokenDigest: digestToken(secret),
      accountId,
      userAgent: userAgent.slice(0, 300),
      createdAt: now,
      seenAt: now,
      provenAt: now,
    })
    await recordAct(tx, accountId, 'sign_in', { ip })
  })
  return secret
}
