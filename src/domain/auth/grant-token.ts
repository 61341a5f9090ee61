import type { Context, TxContext } from '../../context.ts'
import { insertAccessToken } from '../../store/tokens.ts'
import { digestToken } from './digest-token.ts'
import { newSecret } from './new-secret.ts'

/** What an app is given, this once: only a digest of the token is kept. */
export type GrantedToken = {
  readonly id: string
  readonly accessToken: string
  readonly scopes: readonly string[]
  readonly createdAt: Date
}

/** @param holder `accountId` is null for an app that acts for nobody */
export async function grantToken(
  ctx: Context | TxContext,
  holder: { appId: string | null; accountId: string | null; scopes: readonly string[] },
): Promise<GrantedToken> {
  const accessToken = newSecret()
  const createdAt = ctx.now()
  const id = ctx.newId()
  const scopes = [...holder.scopes]
  const { appId, accountId } = holder
  await insertAccessToken(ctx.db, { id, appId, accountId, tokenDigest: digestToken(accessToken), scopes })
  return { id, accessToken, scopes, createdAt }
}
