import type { Request, RequestHandler, Response } from 'express'
import type { Context } from '../../context.ts'
import { signUp, SignUpError, type SignUp } from '../../domain/accounts/sign-up.ts'
import { readSettings } from '../../domain/instance/settings.ts'
import { DomainError } from '../../lib/errors.ts'
import { goTo, sendPage, type Sent } from '../forms.ts'
import { formToken } from '../sign-in/form-guard.ts'
import { takeForm } from '../sign-in/take-form.ts'
import type { TakeOne } from './routes.ts'
import { closedPage, signUpPage } from './sign-up-page.ts'

/** Nobody reads the rules and fills in the form faster. */
const shortestMs = 2000
const longestMs = 24 * 3600_000

export function showSignUp(ctx: Context): RequestHandler {
  return (request, response) => showForm(ctx, request, response, () => '')
}

export function takeSignUp(ctx: Context, takeOne: TakeOne): RequestHandler {
  return takeForm(
    ctx,
    async (request, response, sent) => {
      // Programs fill in every field: they are told what people are told, and get no account.
      if (sent('website') !== '') return goTo(response, '/auth/confirmation/new?note=sent')
      takeOne(request)
      requireLeisure(ctx, sent('opened'))
      await signUp(ctx, { ...readForm(sent), ip: request.ip })
      goTo(response, '/auth/confirmation/new?note=sent')
    },
    (request, response, sent, error) => showForm(ctx, request, response, sent, error),
  )
}

async function showForm(
  ctx: Context,
  request: Request,
  response: Response,
  sent: Sent,
  error?: DomainError,
): Promise<void> {
  const settings = await readSettings(ctx)
  const siteName = ctx.config.handleDomain
  if (settings.registrations === 'closed')
    return sendPage(response.status(403), closedPage(siteName, settings.registrationsMessage))
  const [problems, problem] =
    error instanceof SignUpError ? [error.problems, undefined] : [{}, error?.message]
  const token = formToken(ctx, request, response)
  const shown = { siteName, settings, token, opened: momentFor(ctx, sent('opened')), sent, problems, problem }
  sendPage(response, signUpPage(shown))
}

function readForm(sent: Sent): SignUp {
  const texts = { username: sent('username').trim(), email: sent('email'), password: sent('password') }
  const choices = { agreement: sent('agreement') !== '', discoverable: sent('discoverable') !== '' }
  return { ...texts, ...choices, reason: sent('reason'), locale: null }
}

const purpose = 'sign-up-form'

/** When the form was opened first, which the browser hands back and cannot change. */
function momentFor(ctx: Context, former: string): string {
  if (ageOf(ctx, former) < longestMs) return former
  return ctx.keyring.wrap(purpose, Buffer.from(String(ctx.now().getTime()))).toString('base64url')
}

/** @throws DomainError `invalid` for a form that was opened a moment ago, or a day; people send it once more */
function requireLeisure(ctx: Context, opened: string): void {
  const age = ageOf(ctx, opened)
  if (age >= shortestMs && age < longestMs) return
  throw new DomainError(
    'invalid',
    'That was too fast, or took too long: look it over, and send it once more.',
  )
}

/** In milliseconds; not a number for what we did not seal. */
function ageOf({ keyring, now }: Context, sealed: string): number {
  try {
    return now().getTime() - Number(keyring.unwrap(purpose, Buffer.from(sealed, 'base64url')).toString())
  } catch {
    return Number.NaN
  }
}
