import type { Context } from '../../context.ts'
import { DomainError } from '../../lib/errors.ts'
import { insertApp, type App } from '../../store/apps.ts'
import { digestToken } from './digest-token.ts'
import { newSecret } from './new-secret.ts'
import { knownScopes } from './scopes.ts'

export type NewApp = {
  readonly name: string
  /** Where members are sent back to; each is kept to the byte. */
  readonly redirectUris: readonly string[]
  readonly scopes: readonly string[]
  readonly website: string | null
}

/** Mastodon's limits. */
const maxNameLength = 60
const maxAddressLength = 2000
const maxRedirects = 20

/** Shows a code on a page of ours, for apps that nobody can be sent back to. */
export const outOfBand = 'urn:ietf:wg:oauth:2.0:oob'

/** A browser would read these as something to show or to run, and not as an app. */
const unfit = /^(javascript|data|vbscript|blob|file|filesystem|about|view-source):/i

/**
 * Anybody may register an app: what it may do is for members to say.
 * @returns the app, and its secret, which is shown this once
 * @throws DomainError `invalid`, in Mastodon's words
 */
export async function registerApp(ctx: Context, input: NewApp): Promise<{ app: App; secret: string }> {
  checkName(input.name)
  checkRedirects(input.redirectUris)
  checkWebsite(input.website)
  if (input.scopes.some((scope) => !knownScopes.includes(scope)))
    throw invalid(`Scopes doesn't match configured on the server.`)
  const secret = newSecret()
  const app: App = {
    id: ctx.newId(),
    clientId: newSecret(),
    secretDigest: digestToken(secret),
    name: input.name,
    website: input.website,
    redirectUris: [...input.redirectUris],
    scopes: [...input.scopes],
    createdAt: ctx.now(),
  }
  await insertApp(ctx.db, app)
  return { app, secret }
}

function checkName(name: string): void {
  if (name.trim() === '') throw invalid(`Application name can't be blank`)
  if (name.length > maxNameLength)
    throw invalid(`Application name is too long (maximum is ${maxNameLength} characters)`)
}

function checkRedirects(uris: readonly string[]): void {
  if (uris.length === 0) throw invalid(`Redirect URI can't be blank`)
  if (uris.length > maxRedirects || uris.some((uri) => uri.length > maxAddressLength))
    throw invalid(`Redirect URI is too long (maximum is ${maxAddressLength} characters)`)
  for (const uri of uris) {
    if (!/^[\x21-\x7e]+$/.test(uri) || !URL.canParse(uri))
      throw invalid('Redirect URI must be an absolute URI.')
    if (unfit.test(uri)) throw invalid('Redirect URI is forbidden by the server.')
    if (uri.includes('#')) throw invalid('Redirect URI cannot contain a fragment.')
  }
}

function checkWebsite(website: string | null): void {
  if (website === null) return
  const protocol = URL.parse(website)?.protocol
  if (website.length > maxAddressLength || (protocol !== 'https:' && protocol !== 'http:'))
    throw invalid('Website must be a valid URL')
}

function invalid(message: string): DomainError {
  return new DomainError('invalid', `Validation failed: ${message}`)
}
