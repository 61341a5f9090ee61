import type { ErrorRequestHandler } from 'express'
import { MulterError } from 'multer'
import type { Context } from '../context.ts'
import { OAuthError, type OAuthErrorCode } from '../domain/auth/oauth-error.ts'
import { DomainError, type ErrorCode } from '../lib/errors.ts'
import { headersOf, httpStatuses } from '../lib/http-status.ts'

/** An error in Mastodon's own words, where those differ from what a use case says. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: number
  readonly more: Readonly<Record<string, unknown>>
  readonly headers: Readonly<Record<string, string>>

  /** @param more stands in the body beside `error`: `error_description`, `details` */
  constructor(
    status: number,
    message: string,
    more: Readonly<Record<string, unknown>> = {},
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message)
    this.status = status
    this.more = more
    this.headers = headers
  }
}

/** The same words whether something is not there or may not be seen. */
export const recordNotFound = () => new ApiError(404, 'Record not found')

/** Mastodon has no 409: what is there already is as wrong as anything that cannot be taken. */
const statuses: Record<ErrorCode, number> = { ...httpStatuses, conflict: 422 }

const oauthStatuses: Partial<Record<OAuthErrorCode, number>> = {
  invalid_client: 401,
  unauthorized_client: 403,
}

/** https://www.rfc-editor.org/rfc/rfc6749#section-5.2. A challenge of `Basic` would make browsers ask for a password. */
function fromOAuth({ code, message }: OAuthError): ApiError {
  const challenge = `Bearer realm="Doorkeeper", error="${code}", error_description="${message}"`
  const headers: Record<string, string> = code === 'invalid_client' ? { 'WWW-Authenticate': challenge } : {}
  return new ApiError(oauthStatuses[code] ?? 400, code, { error_description: message }, headers)
}

/** https://docs.joinmastodon.org/entities/Error/: `{"error"}`, whatever went wrong. */
export function answerApiError(ctx: Context): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (response.headersSent) return next(error)
    const known = toApiError(error)
    if (known === undefined) {
      const asked = { method: request.method, path: request.path, requestId: response.get('X-Request-Id') }
      ctx.log.error({ err: error, ...asked }, 'A request failed')
    }
    const { status, message, more, headers } =
      known ?? new ApiError(503, 'There was a temporary problem serving your request, please try again')
    response.status(status).set({ 'Cache-Control': 'private, no-store', ...headers })
    response.json({ error: message, ...more })
  }
}

function toApiError(error: unknown): ApiError | undefined {
  if (error instanceof ApiError) return error
  if (error instanceof DomainError) {
    const message = error.code === 'not_found' ? 'Record not found' : error.message
    return new ApiError(statuses[error.code], message, {}, headersOf(error))
  }
  if (error instanceof OAuthError) return fromOAuth(error)
  if (error instanceof MulterError) return new ApiError(422, `Validation failed: ${error.message}`)
  const status = error instanceof Error && 'status' in error ? error.status : undefined
  if (typeof status !== 'number' || status < 400 || status >= 500) return undefined
  return new ApiError(status, status === 413 ? 'The request is too large' : 'The request cannot be read')
}
