import type { Context } from '../../context.ts'
import { knownScopes } from '../../domain/auth/scopes.ts'
import { answer } from '../route.ts'

/** https://www.rfc-editor.org/rfc/rfc8414, with Mastodon's `app_registration_endpoint`. */
export async function describeServer({ config: { origin } }: Context) {
  const metadata = {
    issuer: `${origin}/`,
    service_documentation: 'https://docs.joinmastodon.org/',
    authorization_endpoint: `${origin}/oauth/authorize`,
    token_endpoint: `${origin}/oauth/token`,
    revocation_endpoint: `${origin}/oauth/revoke`,
    userinfo_endpoint: `${origin}/oauth/userinfo`,
    app_registration_endpoint: `${origin}/api/v1/apps`,
    scopes_supported: knownScopes,
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    grant_types_supported: ['authorization_code', 'client_credentials'],
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    code_challenge_methods_supported: ['S256'],
  }
  return answer(metadata, { headers: { 'Cache-Control': 'public, max-age=3600' } })
}
