import type { Request, RequestHandler, Response } from 'express'
import type { Context } from '../../context.ts'
import { handleOf } from '../../domain/accounts/addresses.ts'
import { endSession, listSessions, signOut } from '../../domain/auth/sessions.ts'
import { signIn } from '../../domain/auth/sign-in.ts'
import { readSettings } from '../../domain/instance/settings.ts'
import { DomainError } from '../../lib/errors.ts'
import { renderHtml } from '../html.ts'
import { clearCookie, readCookie, setCookie } from './cookies.ts'
import { formToken, requireOwnForm } from './form-guard.ts'
import type { SignInLimits } from './limits.ts'
import { safeNext } from './safe-next.ts'
import { sessionsPage } from './sessions-page.ts'
import { signInPage, type SignInForm } from './sign-in-page.ts'
import { findVisitor, forThisBrowser, sendToSignIn } from './visitor.ts'

const home = '/auth/sessions'

/** The form; whoever is signed in goes on at once, unless `again` asks for the password all the same. */
export function showSignIn(ctx: Context): RequestHandler {
  return async (request, response) => {
    const next = safeNext(ctx.config, request.query['next'])
    const isAgain = request.query['again'] === 'true'
    if (!isAgain && (await findVisitor(ctx, request)) !== undefined) return goOn(response, next)
    const name = textOf(request.query['note'])
    const note = Object.hasOwn(notes, name) ? notes[name] : undefined
    await sendForm(ctx, request, response, { next, note })
  }
}

/** What led here, as other pages of ours say it in the address. */
const notes: Readonly<Record<string, string>> = {
  confirmed: 'Your address is confirmed: sign in.',
  waiting: 'Your address is confirmed. A mail tells you when those who run this place have let you in.',
  changed: 'Your new address is confirmed.',
  password: 'Your password is set: sign in with it.',
  leaving: 'Your account is hidden, and will be deleted in 30 days. To keep it, sign in.',
}

export function takeSignIn(ctx: Context, limits: SignInLimits): RequestHandler {
  return async (request, response) => {
    const fields = (request.body ?? {}) as Record<string, unknown>
    requireOwnForm(ctx, request, fields)
    const [login, password] = [textOf(fields['login']).trim(), textOf(fields['password'])]
    const next = safeNext(ctx.config, fields['next'])
    const keeps = textOf(fields['keep']) !== ''
    try {
      limits.take(request, login)
      const userAgent = request.headers['user-agent'] ?? ''
      const former = readCookie(ctx.config, request, 'session')
      const session = await signIn(ctx, { login, password, userAgent, former, keeps, ip: request.ip })
      setCookie(ctx.config, response, 'session', session)
      clearCookie(ctx.config, response, 'form')
      goOn(response, next)
    } catch (error) {
      if (!(error instanceof DomainError)) throw error
      await sendForm(ctx, request, response.status(statuses[error.code] ?? 422), {
        next,
        login,
        problem: error.message,
        keeps: error.detail['isLeaving'] === true || keeps,
      })
    }
  }
}

const statuses: Readonly<Record<string, number>> = {
  unauthorized: 401,
  forbidden: 403,
  limited: 429,
  unavailable: 503,
}

export function takeSignOut(ctx: Context): RequestHandler {
  return async (request, response) => {
    requireOwnForm(ctx, request, (request.body ?? {}) as Record<string, unknown>)
    const secret = readCookie(ctx.config, request, 'session')
    if (secret !== undefined) await signOut(ctx, secret)
    clearCookie(ctx.config, response, 'session')
    goOn(response, '/')
  }
}

export function showSessions(ctx: Context): RequestHandler {
  return async (request, response) => {
    const visitor = await findVisitor(ctx, request)
    if (visitor === undefined) return sendToSignIn(response, home)
    const { actor, session } = visitor
    const html = sessionsPage({
      siteName: ctx.config.handleDomain,
      token: formToken(ctx, request, response),
      handle: handleOf(ctx.config, actor),
      sessions: await listSessions(ctx, actor.id),
      current: session.tokenDigest.toString('hex'),
    })
    response.set('Cache-Control', forThisBrowser).type('html').send(renderHtml(html))
  }
}

export function takeSessionEnd(ctx: Context): RequestHandler {
  return async (request, response) => {
    requireOwnForm(ctx, request, (request.body ?? {}) as Record<string, unknown>)
    const visitor = await findVisitor(ctx, request)
    if (visitor === undefined) return sendToSignIn(response, home)
    if (!(await endSession(ctx, visitor.actor.id, String(request.params['name']))))
      throw new DomainError('not_found', 'There is no such session.')
    goOn(response, home)
  }
}

async function sendForm(
  ctx: Context,
  request: Request,
  response: Response,
  filled: Omit<SignInForm, 'siteName' | 'token' | 'maySignUp'>,
): Promise<void> {
  const maySignUp = (await readSettings(ctx)).registrations !== 'closed'
  const token = formToken(ctx, request, response)
  const html = signInPage({ siteName: ctx.config.handleDomain, token, maySignUp, ...filled })
  if (response.statusCode === 429) response.set('Retry-After', '300')
  response.set('Cache-Control', forThisBrowser).type('html').send(renderHtml(html))
}

function goOn(response: Response, next: string | undefined): void {
  response.set('Cache-Control', forThisBrowser).redirect(303, next ?? home)
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
