import type { Request, RequestHandler, Response } from 'express'
import type { Context } from '../../context.ts'
import { confirmEmail } from '../../domain/accounts/confirm-email.ts'
import { askForMail } from '../../domain/mail/ask-for-mail.ts'
import { goTo, sendPage } from '../forms.ts'
import { markup } from '../html.ts'
import { formPage, inputField, submitButton } from '../parts/form-page.ts'
import { formToken } from '../sign-in/form-guard.ts'
import { takeForm } from '../sign-in/take-form.ts'
import type { TakeOne } from './routes.ts'

/** The link of a mail. A button confirms: programs that look at links in mails open them, and press nothing. */
export function showConfirmation(ctx: Context): RequestHandler {
  return (request, response) => {
    const token = String(request.query['confirmation_token'] ?? '')
    const html = formPage(
      {
        title: 'Confirm your address',
        siteName: ctx.config.handleDomain,
        lead: 'One more step, and it is yours.',
      },
      markup`<form class="panel form" method="post" action="/auth/confirmation">
${formToken(ctx, request, response)}
<input type="hidden" name="confirmation_token" value="${token}">
${submitButton('Yes, this address is mine')}
</form>`,
    )
    sendPage(response, html)
  }
}

const places = {
  ready: '/auth/sign_in?note=confirmed',
  waiting: '/auth/sign_in?note=waiting',
  changed: '/auth/sign_in?note=changed',
}

export function takeConfirmation(ctx: Context, takeOne: TakeOne): RequestHandler {
  return takeForm(
    ctx,
    async (request, response, sent) => {
      takeOne(request)
      goTo(response, places[await confirmEmail(ctx, sent('confirmation_token'))])
    },
    (request, response, _sent, error) => showResendForm(ctx, request, response, { problem: error.message }),
  )
}

const notes: Readonly<Record<string, string>> = {
  sent: 'Look into your mail: if everything is right, there is a link by which you confirm your address.',
}

/** Where somebody waits for a mail, and can have another one sent. */
export function showResend(ctx: Context): RequestHandler {
  return (request, response) => {
    const name = String(request.query['note'] ?? '')
    showResendForm(ctx, request, response, { note: Object.hasOwn(notes, name) ? notes[name] : undefined })
  }
}

export function takeResend(ctx: Context, takeOne: TakeOne): RequestHandler {
  return takeForm(
    ctx,
    async (request, response, sent) => {
      takeOne(request)
      await askForMail(ctx, 'confirm', sent('email'))
      goTo(response, '/auth/confirmation/new?note=sent')
    },
    (request, response, _sent, error) => showResendForm(ctx, request, response, { problem: error.message }),
  )
}

function showResendForm(
  ctx: Context,
  request: Request,
  response: Response,
  said: { note?: string | undefined; problem?: string },
): void {
  const field = { name: 'email', label: 'E-mail address', type: 'email', autocomplete: 'email' } as const
  const html = formPage(
    { title: 'Confirm your address', siteName: ctx.config.handleDomain, ...said },
    markup`<form class="panel form" method="post" action="/auth/confirmation/new">
${formToken(ctx, request, response)}
<h2>No mail came?</h2>
<p class="hint">Look among what was sorted out as unwanted, too.</p>
${inputField({ ...field, maxLength: 320 })}
${submitButton('Send it once more')}
</form>
<p class="hint"><a href="/auth/sign_in">Sign in</a></p>`,
  )
  sendPage(response, html)
}
