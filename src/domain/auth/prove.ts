import type { Context } from '../../context.ts'
import { DomainError } from '../../lib/errors.ts'
import { renewSession } from '../../store/sessions.ts'
import { findPasswordHash } from '../../store/users.ts'
import { digestToken } from './digest-token.ts'
import { newSecret } from './new-secret.ts'
import { verifyPassword } from './passwords.ts'

/** For so long after a password was given in a session, it need not be given again. */
export const proofMs = 10 * 60_000

/**
 * Whoever sits at the browser says the password of the account.
 * @throws DomainError `unauthorized` when it is another one
 */
export async function requirePasswordOf(ctx: Context, accountId: string, password: string): Promise<void> {
  const fits = password.length <= 1000
  const hash = await findPasswordHash(ctx.db, accountId)
  if (!fits || !(await verifyPassword(password, hash)))
    throw new DomainError('unauthorized', 'That is not your password.')
}

/**
 * The same, noted for the session, which may do more from then on and so is known by another secret.
 * @returns the secret
 * @throws DomainError `unauthorized`, also when the session has ended meanwhile
 */
export async function proveAgain(
  ctx: Context,
  session: { accountId: string; tokenDigest: Buffer },
  password: string,
): Promise<string> {
  await requirePasswordOf(ctx, session.accountId, password)
  const secret = newSecret()
  const renewed = { digest: digestToken(secret), at: ctx.now() }
  if (await renewSession(ctx.db, session.tokenDigest, renewed)) return secret
  throw new DomainError('unauthorized', 'You are not signed in any more.')
}
