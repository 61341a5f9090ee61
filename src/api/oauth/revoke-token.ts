import type { Context } from '../../context.ts'
import { authenticateApp } from '../../domain/auth/authenticate-app.ts'
import { OAuthError } from '../../domain/auth/oauth-error.ts'
import { revokeToken } from '../../domain/auth/revoke-token.ts'
import { read, text } from '../input.ts'
import type { Call } from '../route.ts'
import { readClient } from './read-client.ts'

/** https://docs.joinmastodon.org/methods/oauth/#revoke */
export async function revokeGivenToken(ctx: Context, call: Call) {
  const app = await authenticateApp(ctx, readClient(call))
  const { token } = read(call.input, { token: text(200) })
  if (token === undefined) throw new OAuthError('invalid_request', 'Missing required parameter: token.')
  await revokeToken(ctx, app, token)
  return {}
}
