/** Why a request did not pass the gate: what its sender is told. */
export type Refusal = {
  readonly status: 400 | 401 | 403 | 404 | 408 | 413 | 415 | 421 | 429 | 503
  /** Names the rule, nothing else. */
  readonly error: string
  readonly retryAfterSeconds?: number
}

export function refuse(status: Refusal['status'], error: string, retryAfterSeconds?: number): Refusal {
  return retryAfterSeconds === undefined ? { status, error } : { status, error, retryAfterSeconds }
}

export function isRefusal(value: object): value is Refusal {
  return 'error' in value && 'status' in value
}
