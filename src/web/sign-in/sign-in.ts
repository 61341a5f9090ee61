import type { Request, RequestHandler, Response } from 'express'
import type { Context } from '../../context.ts'
import { handleOf } from '../../domain/accounts/addresses.ts'
import { endSession, listSessions, signOut } from '../../domain/auth/sessions.ts'
import { signIn } from '../../domain/auth/sign-in.ts'
import { readSettings } from '../../domain/instance/settings.ts'
import { DomainError } from '../../lib/errors.ts'
import { goTo, sendPage, type Sent } from '../forms.ts'
import { clearCookie, readCookie, setCookie } from './cookies.ts'
import { formToken, requireOwnForm } from './form-guard.ts'
import type { SignInLimits } from './limits.ts'
import { safeNext } from './safe-next.ts'
import { sessionsPage } from './sessions-page.ts'
import { signInPage, type SignInForm } from './sign-in-page.ts'
import { takeForm } from './take-form.ts'
import { findVisitor, sendToSignIn } from './visitor.ts'

const home = '/auth/sessions'

/** The form; whoever is signed in goes on at once, unless `again` asks for the password all the same. */
export function showSignIn(ctx: Context): RequestHandler {
  return async (request, response) => {
    const next = safeNext(ctx.config, request.query['next'])
    const isAgain = request.query['again'] === 'true'
    if (!isAgain && (await findVisitor(ctx, request)) !== undefined) return goTo(response, next ?? home)
    const name = String(request.query['note'] ?? '')
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
  const read = (sent: Sent) => ({
    login: sent('login').trim(),
    next: safeNext(ctx.config, sent('next')),
    keeps: sent('keep') !== '',
  })
  return takeForm(
    ctx,
    async (request, response, sent) => {
      const { login, next, keeps } = read(sent)
      limits.take(request, login)
      const browser = { userAgent: request.headers['user-agent'] ?? '', ip: request.ip }
      const former = readCookie(ctx.config, request, 'session')
      const session = await signIn(ctx, { login, password: sent('password'), former, keeps, ...browser })
      setCookie(ctx.config, response, 'session', session)
      clearCookie(ctx.config, response, 'form')
      goTo(response, next ?? home)
    },
    (request, response, sent, { message, detail }) => {
      const { login, next, keeps } = read(sent)
      const filled = { next, login, problem: message, keeps: detail['isLeaving'] === true || keeps }
      return sendForm(ctx, request, response, filled)
    },
  )
}

export function takeSignOut(ctx: Context): RequestHandler {
  return async (request, response) => {
    requireOwnForm(ctx, request)
    const secret = readCookie(ctx.config, request, 'session')
    if (secret !== undefined) await signOut(ctx, secret)
    clearCookie(ctx.config, response, 'session')
    goTo(response, '/')
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
    sendPage(response, html)
  }
}

export function takeSessionEnd(ctx: Context): RequestHandler {
  return async (request, response) => {
    requireOwnForm(ctx, request)
    const visitor = await findVisitor(ctx, request)
    if (visitor === undefined) return sendToSignIn(response, home)
    if (!(await endSession(ctx, visitor.actor.id, String(request.params['name']))))
      throw new DomainError('not_found', 'There is no such session.')
    goTo(response, home)
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
  sendPage(response, html)
}
