export type ErrorCode =
  'not_found' | 'forbidden' | 'unauthorized' | 'conflict' | 'invalid' | 'gone' | 'limited' | 'unavailable'

/**
 * A request that must stop, in the domain's words. Edges translate the code (an HTTP status, an exit code);
 * `message` may be shown to whoever asked, `cause` and `detail` are for the log only.
 */
export class DomainError extends Error {
  override readonly name = 'DomainError'
  readonly code: ErrorCode
  readonly detail: Record<string, unknown>
  /** Of what is `limited`: when there is room again, where that is known. */
  readonly retryAfterSeconds: number | undefined

  constructor(
    code: ErrorCode,
    publicMessage: string,
    options: { cause?: unknown; detail?: Record<string, unknown>; retryAfterSeconds?: number } = {},
  ) {
    super(publicMessage, { cause: options.cause })
    this.code = code
    this.detail = options.detail ?? {}
    this.retryAfterSeconds = options.retryAfterSeconds
  }
}

/** The problem is the operator's to solve: printed as one sentence, without a stack, and the process ends with 1. */
export class OperatorError extends Error {
  override readonly name = 'OperatorError'
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
