import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Request, Response } from 'express'
import type { Context } from '../../context.ts'
import { newSecret } from '../../domain/auth/new-secret.ts'
import { DomainError } from '../../lib/errors.ts'
import { readSent } from '../forms.ts'
import { markup, type Html } from '../html.ts'
import { readCookie, setCookie } from './cookies.ts'

/** The field by which a form shows that it is one of ours, given to this browser. */
export function formToken(ctx: Context, request: Request, response: Response): Html {
  let secret = readSecret(ctx, request)
  if (secret === undefined) {
    secret = newSecret()
    setCookie(ctx.config, response, 'form', secret)
  }
  return markup`<input type="hidden" name="form_token" value="${tokenOf(secret)}">`
}

/**
 * Every route that acts by a cookie asks this first.
 * @throws DomainError `forbidden` unless the form was sent from a page of ours, by the browser that was given it
 */
export function requireOwnForm(ctx: Context, request: Request): void {
  const { origin, 'sec-fetch-site': site } = request.headers
  const secret = readSecret(ctx, request)
  const given = readSent(request)('form_token')
  const isOurs =
    origin === ctx.config.origin &&
    (site === undefined || site === 'same-origin') &&
    secret !== undefined &&
    isSame(given, tokenOf(secret))
  if (isOurs) return
  throw new DomainError(
    'forbidden',
    `This form did not come from ${ctx.config.origin}, or it was open for too long: go back, reload the page and try again.`,
  )
}

/** Of the session, where there is one: a form of somebody who was signed in before is not one of this member. */
function readSecret({ config }: Context, request: Request): string | undefined {
  return readCookie(config, request, 'session') ?? readCookie(config, request, 'form')
}

function tokenOf(secret: string): string {
  return createHmac('sha256', secret).update('form').digest('base64url')
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}
