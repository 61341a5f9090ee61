import type { Request, RequestHandler, Response } from 'express'
import type { Context } from '../../context.ts'
import { proveAgain } from '../../domain/auth/prove.ts'
import { DomainError } from '../../lib/errors.ts'
import { createRateLimit, type RateLimit } from '../../lib/rate-limit.ts'
import { markup, renderHtml } from '../html.ts'
import { formPage, inputField, submitButton } from '../parts/form-page.ts'
import { setCookie } from '../sign-in/cookies.ts'
import { formToken, requireOwnForm } from '../sign-in/form-guard.ts'
import { safeNext } from '../sign-in/safe-next.ts'
import { forThisBrowser } from '../sign-in/visitor.ts'
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
  return async (request, response) => {
    const fields = (request.body ?? {}) as Record<string, unknown>
    requireOwnForm(ctx, request, fields)
    const next = safeNext(ctx.config, fields['next']) ?? '/settings'
    const visitor = await requireMember(ctx, request, response, next)
    if (visitor === undefined) return
    try {
      if (!limits.take(visitor.actor.id))
        throw new DomainError('limited', 'Too many attempts: wait a while, then try again.')
      const password = typeof fields['password'] === 'string' ? fields['password'] : ''
      setCookie(ctx.config, response, 'session', await proveAgain(ctx, visitor.session, password))
      response.set('Cache-Control', forThisBrowser).redirect(303, next)
    } catch (error) {
      if (!(error instanceof DomainError)) throw error
      response.status(error.code === 'limited' ? 429 : 401)
      sendForm(ctx, request, response, next, error.message)
    }
  }
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
  response.set('Cache-Control', forThisBrowser).type('html').send(renderHtml(html))
}
