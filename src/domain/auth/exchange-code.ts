import type { Context, TxContext } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import type { App } from '../../store/apps.ts'
import { lockCode, markCodeUsed, type Code } from '../../store/codes.ts'
import { revokeTokenById } from '../../store/tokens.ts'
import { digestToken } from './digest-token.ts'
import { grantToken, type GrantedToken } from './grant-token.ts'
import { OAuthError } from './oauth-error.ts'
import { answersChallenge } from './pkce.ts'

export type Exchange = {
  readonly code: string
  readonly redirectUri: string
  readonly verifier: string | undefined
}

const holdsMs = 10 * 60_000

/**
 * Gives an app the token that a member allowed it. A code holds once: if it comes again then two have it, and the token
 * that it gave ends.
 * @throws OAuthError `invalid_grant`, which does not say why
 */
export async function exchangeCode(ctx: Context, app: App, exchange: Exchange): Promise<GrantedToken> {
  const granted = await transact(ctx, (tx) => tryExchange(tx, app, exchange))
  if (granted !== undefined) return granted
  const description =
    'The provided authorization grant is invalid, expired, revoked, does not match the redirection URI used in the ' +
    'authorization request, or was issued to another client.'
  throw new OAuthError('invalid_grant', description)
}

/** Returns rather than throws, since the end of a token must be committed. */
async function tryExchange(tx: TxContext, app: App, exchange: Exchange): Promise<GrantedToken | undefined> {
  const code = await lockCode(tx.db, digestToken(exchange.code))
  if (code === undefined) return undefined
  if (code.tokenId !== null) {
    await revokeTokenById(tx.db, code.tokenId, tx.now())
    return undefined
  }
  if (!isFor(code, app, exchange) || tx.now().getTime() - code.createdAt.getTime() > holdsMs) return undefined
  const { accountId, scopes } = code
  const granted = await grantToken(tx, { appId: app.id, accountId, scopes })
  await markCodeUsed(tx.db, code.codeDigest, granted.id)
  return granted
}

function isFor(code: Code, app: App, { redirectUri, verifier }: Exchange): boolean {
  return (
    code.appId === app.id && code.redirectUri === redirectUri && answersChallenge(code.challenge, verifier)
  )
}
