import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express'
import type { Context } from './context.ts'
import { DomainError } from './lib/errors.ts'
import { headersOf, httpStatuses } from './lib/http-status.ts'
import { setPageHeaders } from './web/headers.ts'
import { renderErrorPage } from './web/pages/error.ts'

/** PostgreSQL has no word for this character, and no address has it either. */
export function refuseNul(ctx: Context): RequestHandler {
  return (request, response, next) => {
    if (request.url.includes('%00')) say(ctx, request, response, 400, 'The request cannot be read.')
    else next()
  }
}

/** Nobody knew the address. */
export function answerNothing(ctx: Context): RequestHandler {
  return (request, response) => say(ctx, request, response, 404, 'There is nothing here.')
}

/**
 * Whatever was thrown, in the form that the asker reads: a page for people, `{"error"}` for programs. What we did not
 * expect goes to the log, and only its being ours is said.
 */
export function answerError(ctx: Context): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (response.headersSent) return next(error)
    if (error instanceof DomainError)
      return say(ctx, request, response.set(headersOf(error)), httpStatuses[error.code], error.message)
    const status = statusOf(error)
    if (status < 500) return say(ctx, request, response, status, 'The request cannot be read.')
    ctx.log.error({ err: error, method: request.method, path: request.path }, 'A request failed')
    response.set('Retry-After', '30')
    say(ctx, request, response, 503, 'Something went wrong here. Try again in a while.')
  }
}

/** Express and its parsers put a status on errors that are the sender's. */
function statusOf(error: unknown): number {
  const status = error instanceof Error && 'status' in error ? error.status : undefined
  return typeof status === 'number' && status >= 400 && status < 500 ? status : 500
}

function say(ctx: Context, request: Request, response: Response, status: number, message: string): void {
  response.status(status).vary('Accept').set('Cache-Control', 'no-store')
  const forPeople =
    request.accepts(['application/json', 'application/activity+json', 'text/html']) === 'text/html'
  if (forPeople) setPageHeaders(request, response, () => undefined)
  if (forPeople) response.type('html').send(renderErrorPage(status, message, ctx.config.handleDomain))
  else response.json({ error: message })
}
