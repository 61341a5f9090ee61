import type { Request } from 'express'
import type { AuthorizationRequest } from '../../domain/auth/check-authorization.ts'

export type AskedByApp = AuthorizationRequest & {
  readonly state: string | undefined
  /** Whoever is signed in must show it again, or somebody else does. */
  readonly forceLogin: boolean
}

/**
 * https://www.rfc-editor.org/rfc/rfc6749#section-4.1.1 with https://www.rfc-editor.org/rfc/rfc7636#section-4.3, and
 * Mastodon's `force_login`. What is given twice counts as not given.
 */
export function readAuthorizationRequest(request: Request): AskedByApp {
  const given = parametersOf(request)
  const one = (name: string): string | undefined => {
    const values = given.getAll(name)
    return values.length === 1 && values[0] !== '' ? values[0] : undefined
  }
  return {
    responseType: one('response_type'),
    clientId: one('client_id'),
    redirectUri: one('redirect_uri'),
    scope: one('scope'),
    challenge: one('code_challenge'),
    challengeMethod: one('code_challenge_method'),
    state: one('state'),
    forceLogin: ['true', '1', 't', 'on'].includes(one('force_login') ?? ''),
  }
}

/** The same address without what has been done: asked for once, a password is not asked for again. */
export function withoutForceLogin(request: Request): string {
  const given = parametersOf(request)
  given.delete('force_login')
  return `/oauth/authorize?${given.toString()}`
}

function parametersOf(request: Request): URLSearchParams {
  const at = request.originalUrl.indexOf('?')
  return new URLSearchParams(at < 0 ? '' : request.originalUrl.slice(at + 1))
}

/**
 * Where the app learns how it went: its own address, to the byte up to where the answer is put in.
 * https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2
 */
export function answerAddress(
  redirectUri: string,
  answer: Readonly<Record<string, string | undefined>>,
): string {
  const pairs = Object.entries(answer).filter((pair): pair is [string, string] => pair[1] !== undefined)
  const joint = !redirectUri.includes('?') ? '?' : /[?&]$/.test(redirectUri) ? '' : '&'
  return redirectUri + joint + new URLSearchParams(pairs).toString()
}

/** An address of an app, for people: its host, or that it is a program. */
export function nameTarget(redirectUri: string): string {
  const url = new URL(redirectUri)
  if (url.protocol === 'https:' || url.protocol === 'http:') return url.host
  return `the app on this device that answers to ${url.protocol}`
}
