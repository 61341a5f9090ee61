import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { DomainError } from '../../lib/errors.ts'
import { findActor } from '../../store/actors.ts'
import { findStanding } from '../../store/credentials.ts'
import { useEmailTokens } from '../../store/email-tokens.ts'
import { findUserByEmail, updatePassword, updateUser } from '../../store/users.ts'
import { handleOf } from '../accounts/addresses.ts'
import { recordAct } from '../audit/record-act.ts'
import { noticeMember } from '../mail/notice-member.ts'
import { sendMail } from '../mail/send-mail.ts'
import { findEmailToken, issueEmailToken, redeemEmailToken } from './email-tokens.ts'
import { endAllAccess } from './end-all-access.ts'
import { requirePassword } from './password-rule.ts'
import { hashPassword } from './passwords.ts'

/** Sends a link by which a forgotten password is replaced, if the address is somebody's here. */
export async function sendResetLink(ctx: Context, email: string): Promise<void> {
  await transact(ctx, async (tx) => {
    const user = await findUserByEmail(tx.db, email)
    const account = user && (await findActor(tx.db, user.accountId))
    if (user === undefined || account === undefined || account.deletedAt !== null) return
    const token = await issueEmailToken(tx, account.id, 'reset', user.email)
    if (token === undefined) return
    await sendMail(tx, 'reset', user.email, {
      subject: 'Choose another password',
      paragraphs: [
        `Hello @${handleOf(tx.config, account)},`,
        'somebody asked to choose another password for your account. If it was you, go on.',
      ],
      action: {
        label: 'Choose another password',
        url: `${tx.config.origin}/auth/password/edit?reset_password_token=${token}`,
      },
      after: [
        'The link holds for 2 hours. If it was not you, there is nothing to do: your password is as it was.',
      ],
    })
  })
}

/** Whether the link of such a mail holds. */
export async function isResetOpen(ctx: Context, token: string): Promise<boolean> {
  return transact(ctx, async (tx) => (await findEmailToken(tx, token, 'reset')) !== undefined)
}

/**
 * Sets the password by a link, once. Whoever was signed in is signed out, browsers and apps: one of them may be why the
 * password is set anew. The link also proves that the address is the member's.
 * @throws DomainError `invalid` for a password that will not do, or a link that does not hold
 */
export async function resetPassword(
  ctx: Context,
  token: string,
  password: string,
  ip?: string,
): Promise<void> {
  requirePassword(password)
  const hash = await hashPassword(password)
  await transact(ctx, async (tx) => {
    const proof = await redeemEmailToken(tx, token, 'reset')
    const member = proof && (await findStanding(tx.db, proof.accountId))
    if (proof === undefined || member === undefined)
      throw new DomainError('invalid', 'This link does not hold any more: have another one sent.')
    const { accountId } = member
    await updatePassword(tx.db, accountId, hash, tx.now())
    await endAllAccess(tx, accountId)
    await useEmailTokens(tx.db, accountId, 'confirm', tx.now())
    if (member.confirmedAt === null) await updateUser(tx.db, accountId, { confirmedAt: tx.now() })
    await recordAct(tx, accountId, 'password.reset', { ip })
    await noticeMember(tx, accountId, 'password.reset')
  })
}
