import type { Context } from '../../context.ts'
import { authenticateApp } from '../../domain/auth/authenticate-app.ts'
import { exchangeCode } from '../../domain/auth/exchange-code.ts'
import type { GrantedToken } from '../../domain/auth/grant-token.ts'
import { issueAppToken } from '../../domain/auth/issue-app-token.ts'
import { OAuthError } from '../../domain/auth/oauth-error.ts'
import { readScopes } from '../../domain/auth/scopes.ts'
import { read, text } from '../input.ts'
import type { Call } from '../route.ts'
import { readClient } from './read-client.ts'

/** https://docs.joinmastodon.org/methods/oauth/#token. Tokens do not expire, since no app renews them. */
export async function createToken(ctx: Context, call: Call) {
  const given = read(call.input, { grant_type: text(100), scope: text(4000) })
  if (given.grant_type === undefined) throw missing('grant_type')
  if (!['authorization_code', 'client_credentials'].includes(given.grant_type)) {
    const description = 'The authorization grant type is not supported by the authorization server.'
    throw new OAuthError('unsupported_grant_type', description)
  }
  const app = await authenticateApp(ctx, readClient(call))
  const granted =
    given.grant_type === 'client_credentials'
      ? await issueAppToken(ctx, app, readScopes(given.scope))
      : await exchangeCode(ctx, app, readExchange(call))
  return presentToken(granted)
}

function readExchange({ input }: Call) {
  const given = read(input, { code: text(200), redirect_uri: text(2000), code_verifier: text(200) })
  const { code, redirect_uri: redirectUri, code_verifier: verifier } = given
  if (code === undefined) throw missing('code')
  if (redirectUri === undefined) throw missing('redirect_uri')
  return { code, redirectUri, verifier }
}

/** https://docs.joinmastodon.org/entities/Token/ */
export function presentToken({ accessToken, scopes, createdAt }: GrantedToken) {
  return {
    access_token: accessToken,
    token_type: 'Bearer',
    scope: scopes.join(' '),
    created_at: Math.floor(createdAt.getTime() / 1000),
  }
}

function missing(name: string): OAuthError {
  return new OAuthError('invalid_request', `Missing required parameter: ${name}.`)
}
