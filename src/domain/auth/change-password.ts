import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { deleteOpenCodes } from '../../store/codes.ts'
import { deleteOtherSessions } from '../../store/sessions.ts'
import { revokeTokensOf } from '../../store/tokens.ts'
import { updatePassword } from '../../store/users.ts'
import { recordAct } from '../audit/record-act.ts'
import { noticeMember } from '../mail/notice-member.ts'
import { requirePassword } from './password-rule.ts'
import { hashPassword } from './passwords.ts'

/**
 * A member who has just proved who they are chooses another password. All other browsers are signed out, and all apps
 * unless they are to stay.
 * @throws DomainError `invalid` for a password that will not do
 */
export async function changePassword(
  ctx: Context,
  accountId: string,
  input: { password: string; session: Buffer; keepsApps: boolean; ip?: string | undefined },
): Promise<void> {
  requirePassword(input.password)
  const hash = await hashPassword(input.password)
  await transact(ctx, async (tx) => {
    await updatePassword(tx.db, accountId, hash, tx.now())
    await deleteOtherSessions(tx.db, accountId, input.session)
    if (!input.keepsApps) {
      await deleteOpenCodes(tx.db, accountId)
      await revokeTokensOf(tx.db, accountId, tx.now())
    }
    await recordAct(tx, accountId, 'password.changed', { ip: input.ip })
    await noticeMember(tx, accountId, 'password.changed')
  })
}
