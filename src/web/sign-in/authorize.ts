import type { Request, RequestHandler, Response } from 'express'
import type { Context } from '../../context.ts'
import { handleOf } from '../../domain/accounts/addresses.ts'
import { checkRequest, findClient, type Client } from '../../domain/auth/check-authorization.ts'
import { issueCode } from '../../domain/auth/issue-code.ts'
import { OAuthError } from '../../domain/auth/oauth-error.ts'
import { outOfBand } from '../../domain/auth/register-app.ts'
import type { SignedIn } from '../../domain/auth/sessions.ts'
import { allowFormToLeave } from '../headers.ts'
import { forThisBrowser, readSent, sendPage } from '../forms.ts'
import type { Html } from '../html.ts'
import {
  answerAddress,
  nameTarget,
  readAuthorizationRequest,
  withoutForceLogin,
  type AskedByApp,
} from './authorization-request.ts'
import { codePage } from './code-page.ts'
import { consentPage } from './consent-page.ts'
import { formToken, requireOwnForm } from './form-guard.ts'
import { refusedPage } from './refused-page.ts'
import { findVisitor, sendToSignIn } from './visitor.ts'

type Asked = {
  readonly asked: AskedByApp
  readonly client: Client
  readonly visitor: SignedIn
  readonly scopes: readonly string[]
  readonly challenge: string | null
}

/** Asks the member; always, since whoever calls itself an app may not be it. */
export function askConsent(ctx: Context): RequestHandler {
  return async (request, response) => {
    const found = await readAsked(ctx, request, response)
    if (found === undefined) return
    const { client, visitor, scopes } = found
    allowFormToLeave(response)
    const consent = consentPage({
      siteName: ctx.config.handleDomain,
      token: formToken(ctx, request, response),
      app: client.app,
      handle: handleOf(ctx.config, visitor.actor),
      scopes,
      target:
        client.redirectUri === outOfBand ? 'a page here, for you to copy' : nameTarget(client.redirectUri),
      action: withoutForceLogin(request),
      otherMember: `/auth/sign_in?${new URLSearchParams({ again: 'true', next: withoutForceLogin(request) }).toString()}`,
    })
    send(response, 200, consent)
  }
}

/** The member's answer, to the same question as it stands in the address. */
export function takeConsent(ctx: Context): RequestHandler {
  return async (request, response) => {
    requireOwnForm(ctx, request)
    const found = await readAsked(ctx, request, response)
    if (found === undefined) return
    const { asked, client, visitor, scopes, challenge } = found
    const { redirectUri } = client
    if (readSent(request)('decision') !== 'allow')
      return lead(response, redirectUri, { ...denied, state: asked.state })
    const code = await issueCode(ctx, client, { accountId: visitor.actor.id, scopes, challenge })
    lead(response, redirectUri, { code, state: asked.state })
  }
}

const denied = {
  error: 'access_denied',
  error_description: 'The resource owner or authorization server denied the request.',
}

/** Shows the code that is in the address. */
export function showCode(ctx: Context): RequestHandler {
  return (request, response) => {
    const { code } = request.query
    const isCode = typeof code === 'string' && /^[\w-]{43}$/.test(code)
    const siteName = ctx.config.handleDomain
    if (isCode) send(response, 200, codePage(siteName, code))
    else send(response, 400, refusedPage(siteName, 'You did not allow it, or there is no code.'))
  }
}

function lead(
  response: Response,
  redirectUri: string,
  answer: Readonly<Record<string, string | undefined>>,
): void {
  const address = redirectUri === outOfBand ? '/oauth/authorize/native' : redirectUri
  allowFormToLeave(response)
  response.set({ 'Cache-Control': forThisBrowser, Location: answerAddress(address, answer) })
  response.status(302).end()
}

/** What is asked and of whom; undefined when that has been answered: by a page, or the way to sign in. */
async function readAsked(ctx: Context, request: Request, response: Response): Promise<Asked | undefined> {
  const asked = readAuthorizationRequest(request)
  let client: Client | undefined
  try {
    client = await findClient(ctx, asked)
    const visitor = await findVisitor(ctx, request)
    if (visitor === undefined || (asked.forceLogin && request.method === 'GET')) {
      sendToSignIn(response, withoutForceLogin(request), asked.forceLogin)
      return undefined
    }
    return { asked, client, visitor, ...checkRequest(client.app, asked, visitor.role) }
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error
    refuse(ctx, response, error, client === undefined ? undefined : { client, state: asked.state })
    return undefined
  }
}

function refuse(
  ctx: Context,
  response: Response,
  { code, message }: OAuthError,
  known: { client: Client; state: string | undefined } | undefined,
): void {
  const isSentBack = known !== undefined && known.client.redirectUri !== outOfBand
  const back = isSentBack && {
    app: known.client.app.name,
    url: answerAddress(known.client.redirectUri, {
      error: code,
      error_description: message,
      state: known.state,
    }),
  }
  send(response, 400, refusedPage(ctx.config.handleDomain, message, back || undefined))
}

function send(response: Response, status: number, html: Html): void {
  sendPage(response.status(status), html)
}
