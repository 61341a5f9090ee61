import type { Request, Response } from 'express'
import { DomainError } from '../lib/errors.ts'
import { headersOf, httpStatuses } from '../lib/http-status.ts'
import { renderHtml, type Html } from './html.ts'

/** What is particular to one browser is kept by nobody on the way. */
export const forThisBrowser = 'private, no-store'

/** Text that was sent in a form, by name: empty where there is none. Lines end in `\n`. */
export type Sent = (name: string) => string

export function readSent(request: Request): Sent {
  const body = (request.body ?? {}) as Record<string, unknown>
  return (name) => {
    const value = Object.hasOwn(body, name) ? body[name] : undefined
    return typeof value === 'string' ? value.replaceAll('\0', '').replaceAll('\r\n', '\n') : ''
  }
}

export function sendPage(response: Response, html: Html): void {
  response.set('Cache-Control', forThisBrowser).type('html').send(renderHtml(html))
}

export function goTo(response: Response, path: string): void {
  response.set('Cache-Control', forThisBrowser).redirect(303, path)
}

/**
 * Says by status what kind of refusal it is that a form, shown once more, explains.
 * @throws what went wrong otherwise
 */
export function refuseForm(response: Response, error: unknown): DomainError {
  if (!(error instanceof DomainError)) throw error
  response.status(httpStatuses[error.code]).set(headersOf(error))
  return error
}
