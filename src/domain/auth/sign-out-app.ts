import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { deleteOpenCodes } from '../../store/codes.ts'
import { listTokensOfApp } from '../../store/tokens-of-member.ts'
import { revokeTokenById } from '../../store/tokens.ts'
import { recordAct } from '../audit/record-act.ts'

/**
 * A member takes every token back from an app.
 * @param appId null for tokens that were made on the command line
 */
export async function signOutApp(
  ctx: Context,
  accountId: string,
  appId: string | null,
  ip?: string,
): Promise<void> {
  await transact(ctx, async (tx) => {
    if (appId !== null) await deleteOpenCodes(tx.db, accountId, appId)
    const tokenIds = await listTokensOfApp(tx.db, accountId, appId)
    for (const id of tokenIds) await revokeTokenById(tx.db, id, tx.now())
    if (tokenIds.length > 0) await recordAct(tx, accountId, 'token.revoked', { ip })
  })
}
