import { timingSafeEqual } from 'node:crypto'
import type { Context } from '../../context.ts'
import { findAppByClientId, type App } from '../../store/apps.ts'
import { digestToken } from './digest-token.ts'
import { OAuthError } from './oauth-error.ts'

/** Which app says so, and what it knows that others do not. */
export type ClientCredentials = { readonly clientId: string; readonly clientSecret: string }

/**
 * The app that proves to be who it says it is.
 * @throws OAuthError `invalid_client`; apps know its words, and register anew
 */
export async function authenticateApp(
  ctx: Pick<Context, 'db'>,
  { clientId, clientSecret }: ClientCredentials,
): Promise<App> {
  const app = await findAppByClientId(ctx.db, clientId)
  if (app === undefined || !timingSafeEqual(digestToken(clientSecret), app.secretDigest)) {
    const description =
      'Client authentication failed due to unknown client, no client authentication included, or unsupported ' +
      'authentication method.'
    throw new OAuthError('invalid_client', description)
  }
  return app
}
