import type { Request, RequestHandler, Response } from 'express'
import type { Context } from '../../context.ts'
import { shortestPassword } from '../../domain/auth/password-rule.ts'
import { isResetOpen, resetPassword } from '../../domain/auth/reset-password.ts'
import { askForMail } from '../../domain/mail/ask-for-mail.ts'
import { DomainError } from '../../lib/errors.ts'
import { goTo, sendPage } from '../forms.ts'
import { markup } from '../html.ts'
import { formPage, inputField, submitButton } from '../parts/form-page.ts'
import { clearCookie } from '../sign-in/cookies.ts'
import { formToken } from '../sign-in/form-guard.ts'
import { takeForm } from '../sign-in/take-form.ts'
import type { TakeOne } from './routes.ts'

type Said = { readonly note?: string | undefined; readonly problem?: string | undefined }

const asked =
  'If that is the address of an account here, a mail is on its way to it: its link lets you choose another password.'

export function showPasswordForm(ctx: Context): RequestHandler {
  return (request, response) => {
    showAsking(ctx, request, response, { note: request.query['note'] === 'sent' ? asked : undefined })
  }
}

/** The same is said, and as fast, whether anybody has that address or not. */
export function takePasswordForm(ctx: Context, takeOne: TakeOne): RequestHandler {
  return takeForm(
    ctx,
    async (request, response, sent) => {
      takeOne(request)
      await askForMail(ctx, 'reset', sent('email'))
      goTo(response, '/auth/password/new?note=sent')
    },
    (request, response, _sent, error) => showAsking(ctx, request, response, { problem: error.message }),
  )
}

function showAsking(ctx: Context, request: Request, response: Response, said: Said): void {
  const field = { name: 'email', label: 'E-mail address', type: 'email', autocomplete: 'email' } as const
  const html = formPage(
    { title: 'Forgotten password', siteName: ctx.config.handleDomain, ...said },
    markup`<form class="panel form" method="post" action="/auth/password/new">
${formToken(ctx, request, response)}
${inputField({ ...field, maxLength: 320 })}
${submitButton('Send me a link')}
</form>
<p class="hint"><a href="/auth/sign_in">Sign in</a></p>`,
  )
  sendPage(response, html)
}

/** The link of the mail. */
export function showNewPassword(ctx: Context): RequestHandler {
  return async (request, response) => {
    const token = String(request.query['reset_password_token'] ?? '')
    if (await isResetOpen(ctx, token)) return showChoosing(ctx, request, response, token, {})
    const problem = 'This link does not hold any more: have another one sent.'
    showAsking(ctx, request, response.status(422), { problem })
  }
}

export function takeNewPassword(ctx: Context, takeOne: TakeOne): RequestHandler {
  return takeForm(
    ctx,
    async (request, response, sent) => {
      takeOne(request)
      if (sent('password') !== sent('again'))
        throw new DomainError('invalid', 'The two passwords are not the same.')
      await resetPassword(ctx, sent('reset_password_token'), sent('password'), request.ip)
      clearCookie(ctx.config, response, 'session')
      goTo(response, '/auth/sign_in?note=password')
    },
    (request, response, sent, error) =>
      showChoosing(ctx, request, response, sent('reset_password_token'), { problem: error.message }),
  )
}

function showChoosing(ctx: Context, request: Request, response: Response, link: string, said: Said): void {
  const field = { type: 'password', autocomplete: 'new-password', minLength: shortestPassword } as const
  const lead = 'All browsers and apps that are signed in will be signed out.'
  const html = formPage(
    { title: 'Choose another password', siteName: ctx.config.handleDomain, lead, ...said },
    markup`<form class="panel form" method="post" action="/auth/password/edit">
${formToken(ctx, request, response)}
<input type="hidden" name="reset_password_token" value="${link}">
${inputField({ ...field, name: 'password', label: 'New password', hint: `At least ${shortestPassword} characters.` })}
${inputField({ ...field, name: 'again', label: 'The same again' })}
${submitButton('Set the password')}
</form>`,
  )
  sendPage(response, html)
}
