import type { Context, TxContext } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import type { App } from '../../store/apps.ts'
import { findTokenByDigest, revokeTokenById } from '../../store/tokens.ts'
import { digestToken } from './digest-token.ts'
import { OAuthError } from './oauth-error.ts'

/**
 * An app gives a token back. One that does not hold any more is as good as revoked (RFC 7009).
 * @throws OAuthError `unauthorized_client` for a token that another app was given
 */
export async function revokeToken(ctx: Context, app: App, token: string): Promise<void> {
  await transact(ctx, async (tx) => {
    const held = await findTokenByDigest(tx.db, digestToken(token))
    if (held === undefined) return
    if (held.appId !== app.id)
      throw new OAuthError('unauthorized_client', 'You are not authorized to revoke this token')
    await endToken(tx, held.id)
  })
}

/** Ends a token, and all that lives by it: whoever listens to `token.revoked` closes its streams. */
async function endToken(tx: TxContext, tokenId: string): Promise<void> {
  await revokeTokenById(tx.db, tokenId, tx.now())
}
