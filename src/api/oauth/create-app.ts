import type { Context } from '../../context.ts'
import { registerApp } from '../../domain/auth/register-app.ts'
import { readScopes } from '../../domain/auth/scopes.ts'
import { clientNetwork } from '../../lib/client-network.ts'
import type { Keyring } from '../../lib/keyring.ts'
import { createRateLimit, type RateLimit } from '../../lib/rate-limit.ts'
import { ApiError } from '../errors.ts'
import { read, text, texts } from '../input.ts'
import type { Call } from '../route.ts'
import { presentApp } from './present-app.ts'

/** From one network; an app registers once for each of its installations. */
const limit = { limit: 25, perMs: 5 * 60_000 }
const limits = new WeakMap<Keyring, RateLimit>()

/** https://docs.joinmastodon.org/methods/apps/#create: redirect URIs as a list, or in one text with blanks between. */
export async function createApp(ctx: Context, { input, request }: Call) {
  takeOne(ctx, clientNetwork(request.ip ?? ''))
  const given = read(input, {
    client_name: text(1000),
    redirect_uris: texts(50, 40_000),
    scopes: text(4000),
    website: text(4000),
  })
  const { app, secret } = await registerApp(ctx, {
    name: given.client_name ?? '',
    redirectUris: given.redirect_uris.flatMap((uris) => uris.split(/\s+/)).filter((uri) => uri !== ''),
    scopes: readScopes(given.scopes),
    website: given.website ?? null,
  })
  return {
    ...presentApp(ctx, app),
    client_id: app.clientId,
    client_secret: secret,
    client_secret_expires_at: 0,
  }
}

function takeOne({ keyring }: Context, network: string): void {
  const registrations = limits.get(keyring) ?? createRateLimit(limit)
  limits.set(keyring, registrations)
  if (registrations.take(network)) return
  throw new ApiError(429, 'Too many requests', {}, { 'Retry-After': String(limit.perMs / 1000) })
}
