import type { TxContext } from '../../context.ts'
import { deleteOpenCodes } from '../../store/codes.ts'
import { deleteSessionsOf } from '../../store/sessions.ts'
import { revokeTokensOf } from '../../store/tokens.ts'

/** Signs a member out everywhere, browsers and apps, also those that were about to come in: for a new password, a closed account, a suspension. */
export async function endAllAccess(tx: TxContext, accountId: string): Promise<void> {
  await deleteSessionsOf(tx.db, accountId)
  await deleteOpenCodes(tx.db, accountId)
  await revokeTokensOf(tx.db, accountId, tx.now())
}
