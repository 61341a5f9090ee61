import type { Request, RequestHandler, Response } from 'express'
import type { Context } from '../../context.ts'
import { proveAgain } from '../../domain/auth/prove.ts'
import { DomainError } from '../../lib/errors.ts'
import { createRateLimit, type RateLimit } from '../../lib/rate-limit.ts'
import { goTo, sendPage, type Sent } from '../forms.ts'
import { markup } from '../html.ts'
import { formPage, inputField, submitButton } from '../parts/form-page.ts'
import { setCookie } from '../sign-in/cookies.ts'
import { formToken } from '../sign-in/form-guard.ts'
import { safeNext } from '../sign-in/safe-next.ts'
import { takeForm } from '../sign-in/take-form.ts'
import { requireMember } from './page.ts'

/** Guesses at the password by whoever sits at a browser that is signed in. */
export function createProofLimits(): RateLimit {
  return createRateLimit({ limit: 10, perMs: 3600_000 })
}

/** Before what cannot be taken back: the password once more. */
export function showProof(ctx: Context): RequestHandler {
  return async (request, response) => {
    const next = safeNext(ctx.config, request.query['next']) ?? '/settings'
    if ((await requireMember(ctx, request, response, next)) === undefined) return
    sendForm(ctx, request, response, next)
  }
}

export function takeProof(ctx: Context, limits: RateLimit): RequestHandler {
  const nextOf = (sent: Sent) => safeNext(ctx.config, sent('next')) ?? '/settings'
  return takeForm(
    ctx,
    async (request, response, sent) => {
      const visitor = await requireMember(ctx, request, response, nextOf(sent))
      if (visitor === undefined) return
      if (!limits.take(visitor.actor.id))
        throw new DomainError('limited', 'Too many attempts: wait a while, then try again.')
      setCookie(ctx.config, response, 'session', await proveAgain(ctx, visitor.session, sent('password')))
      goTo(response, nextOf(sent))
    },
    (request, response, sent, { message }) => sendForm(ctx, request, response, nextOf(sent), message),
  )
}

function sendForm(ctx: Context, request: Request, response: Response, next: string, problem?: string): void {
  const token = formToken(ctx, request, response)
  const lead = 'This concerns the safety of your account: give your password to go on.'
  const password = {
    name: 'password',
    label: 'Password',
    type: 'password',
    autocomplete: 'current-password',
  } as const
  const html = formPage(
    { title: 'Is it you?', siteName: ctx.config.handleDomain, lead, problem },
    markup`<form class="panel form" method="post" action="/auth/prove">
${token}
<input type="hidden" name="next" value="${next}">
${inputField(password)}
${submitButton('Go on')}
</form>`,
  )
  sendPage(response, html)
}
