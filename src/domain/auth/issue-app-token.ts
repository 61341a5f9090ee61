import type { Context } from '../../context.ts'
import type { App } from '../../store/apps.ts'
import { grantToken, type GrantedToken } from './grant-token.ts'
import { OAuthError } from './oauth-error.ts'
import { isWithin, knownScopes } from './scopes.ts'

/**
 * A token for an app that acts for nobody.
 * @throws OAuthError `invalid_scope` for more than it registered for
 */
export async function issueAppToken(
  ctx: Context,
  app: App,
  scopes: readonly string[],
): Promise<GrantedToken> {
  if (!scopes.every((scope) => knownScopes.includes(scope)) || !isWithin(scopes, app.scopes))
    throw new OAuthError('invalid_scope', 'The requested scope is invalid, unknown, or malformed.')
  return grantToken(ctx, { appId: app.id, accountId: null, scopes })
}
