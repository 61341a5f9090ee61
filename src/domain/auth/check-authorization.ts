import type { Context } from '../../context.ts'
import { findAppByClientId, type App } from '../../store/apps.ts'
import type { UserRole } from '../../store/users.ts'
import { OAuthError } from './oauth-error.ts'
import { isChallenge } from './pkce.ts'
import { isAdminScope, isWithin, knownScopes, readScopes } from './scopes.ts'

/** What an app asks of a member, as it stands in the address. */
export type AuthorizationRequest = {
  readonly responseType: string | undefined
  readonly clientId: string | undefined
  readonly redirectUri: string | undefined
  readonly scope: string | undefined
  readonly challenge: string | undefined
  readonly challengeMethod: string | undefined
}

/** Who asks, and where the answer goes. */
export type Client = { readonly app: App; readonly redirectUri: string }

/**
 * Until this holds, nobody is sent anywhere. The address is one that the app registered, to the byte.
 * @throws OAuthError
 */
export async function findClient(
  ctx: Pick<Context, 'db'>,
  { clientId, redirectUri }: AuthorizationRequest,
): Promise<Client> {
  const app = clientId === undefined ? undefined : await findAppByClientId(ctx.db, clientId)
  if (app === undefined) throw new OAuthError('invalid_client', 'The app is not registered here.')
  if (redirectUri === undefined || !app.redirectUris.includes(redirectUri))
    throw new OAuthError(
      'invalid_request',
      'The app did not register the address to which it wants you sent.',
    )
  return { app, redirectUri }
}

/**
 * What the member is asked to allow: scopes that the app registered. Who does not look after this place cannot give
 * away what it takes to do so.
 * @throws OAuthError
 */
export function checkRequest(
  app: App,
  request: AuthorizationRequest,
  role: UserRole,
): { scopes: string[]; challenge: string | null } {
  if (request.responseType !== 'code')
    throw new OAuthError('unsupported_response_type', 'Apps are given a code here, and nothing else.')
  const asked = readScopes(request.scope)
  if (!asked.every((scope) => knownScopes.includes(scope)) || !isWithin(asked, app.scopes))
    throw new OAuthError('invalid_scope', 'The app asks for more than it registered for.')
  const scopes = role === 'member' ? asked.filter((scope) => !isAdminScope(scope)) : asked
  if (scopes.length === 0) throw new OAuthError('invalid_scope', 'You cannot allow what the app asks for.')
  return { scopes, challenge: checkChallenge(request) }
}

function checkChallenge({ challenge, challengeMethod }: AuthorizationRequest): string | null {
  if (challenge === undefined && challengeMethod === undefined) return null
  if (challengeMethod !== 'S256')
    throw new OAuthError('invalid_request', 'The code challenge method must be S256.')
  if (challenge === undefined || !isChallenge(challenge))
    throw new OAuthError('invalid_request', 'The code challenge is not one of S256.')
  return challenge
}
