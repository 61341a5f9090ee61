import type { Request, RequestHandler, Response } from 'express'
import type { Context } from '../../context.ts'
import { DomainError } from '../../lib/errors.ts'
import { renderHtml, type Html } from '../html.ts'
import { requireOwnForm } from '../sign-in/form-guard.ts'
import { forThisBrowser } from '../sign-in/visitor.ts'

/** Text that was sent in a form, by name. */
export type Sent = (name: string) => string

const statuses: Readonly<Record<string, number>> = { limited: 429, unavailable: 503, forbidden: 403 }

/** A form of somebody who is not signed in: what goes wrong is shown on the same page, by `again`. */
export function takeForm(
  ctx: Context,
  take: (request: Request, response: Response, sent: Sent) => Promise<void>,
  again: (request: Request, response: Response, sent: Sent, error: DomainError) => Promise<void> | void,
): RequestHandler {
  return async (request, response) => {
    const body = (request.body ?? {}) as Record<string, unknown>
    requireOwnForm(ctx, request, body)
    const sent: Sent = (name) => {
      const value = Object.hasOwn(body, name) ? body[name] : undefined
      return typeof value === 'string' ? value.replaceAll('\0', '') : ''
    }
    try {
      await take(request, response, sent)
    } catch (error) {
      if (!(error instanceof DomainError)) throw error
      response.status(statuses[error.code] ?? 422)
      if (response.statusCode === 429) response.set('Retry-After', '600')
      await again(request, response, sent, error)
    }
  }
}

export function sendPage(response: Response, html: Html): void {
  response.set('Cache-Control', forThisBrowser).type('html').send(renderHtml(html))
}

export function goTo(response: Response, path: string): void {
  response.set('Cache-Control', forThisBrowser).redirect(303, path)
}
