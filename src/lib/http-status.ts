import type { DomainError, ErrorCode } from './errors.ts'

/** What kind of stop it is, as HTTP has it: https://www.rfc-editor.org/rfc/rfc9110#section-15.5 */
export const httpStatuses: Readonly<Record<ErrorCode, number>> = {
  not_found: 404,
  forbidden: 403,
  unauthorized: 401,
  conflict: 409,
  invalid: 422,
  gone: 410,
  limited: 429,
  unavailable: 503,
}

/** Seconds until it makes sense to ask again, where whoever set the limit does not say. */
const usualRest = 600

/** What stands beside the status: whoever asked too much is told when to come again. */
export function headersOf({ code, retryAfterSeconds = usualRest }: DomainError): Record<string, string> {
  return code === 'limited' ? { 'Retry-After': String(retryAfterSeconds) } : {}
}
