import { FetchError } from '../../lib/safe-fetch/fetch-error.ts'
import { messageOf } from '../../lib/errors.ts'
import { backoff, daysBetween, patience, readRetryAfter } from './backoff.ts'

/** What came back from an inbox, as far as it matters: an answer, or why there was none. */
export type Answer =
  { readonly status: number; readonly retryAfter: string | null } | { readonly failure: unknown }

/** What an attempt means for the delivery, and what it says about the host. */
export type Verdict = {
  readonly state: 'delivered' | 'refused' | 'expired' | 'dead' | 'pending'
  /** For one that stays pending. */
  readonly retrySeconds: number
  readonly status: number | null
  readonly error: string | null
  /** `down`: leave the whole host alone for a while; `busy`: it named the time itself; `up`: it answers. */
  readonly host: 'up' | 'down' | { readonly busySeconds: number }
  /** The inbox itself is gone. */
  readonly gone: boolean
}

/** After so many failures that are our own the delivery is given up for an admin to look at. */
const poisonAttempts = 8

type Attempted = {
  /** How often it was tried before this. */
  readonly attempts: number
  readonly plannedAt: Date
  readonly now: Date
}

export function judge(answer: Answer, attempted: Attempted): Verdict {
  const verdict =
    'status' in answer
      ? judgeStatus(answer.status, answer.retryAfter, attempted)
      : judgeFailure(answer.failure, attempted)
  const tooOld = daysBetween(attempted.plannedAt, attempted.now) >= patience.deliveryDays
  return verdict.state === 'pending' && tooOld ? { ...verdict, state: 'expired' } : verdict
}

function judgeStatus(status: number, retryAfter: string | null, attempted: Attempted): Verdict {
  const base = { status, error: null, retrySeconds: 0, host: 'up', gone: false } as const
  if (status >= 200 && status < 300) return { ...base, state: 'delivered' }
  const refused = { ...base, state: 'refused', error: `answered ${status}` } as const
  const again = { ...refused, state: 'pending', retrySeconds: backoff(attempted.attempts + 1) } as const
  if (status === 404 || status === 410) return { ...refused, gone: true }
  if (status === 429 || status === 503) {
    const wait = readRetryAfter(retryAfter, attempted.now)
    return { ...again, retrySeconds: wait ?? 0, host: wait === undefined ? 'down' : { busySeconds: wait } }
  }
  if (status === 502 || status === 504) return { ...again, retrySeconds: 0, host: 'down' }
  if (status === 401 || status === 403 || status === 451) return isPatient(attempted) ? again : refused
  if (status === 408 || status >= 500 || status < 400) return again
  return refused
}

/** A site behind a shield refuses everybody for a while, and then it does not. */
function isPatient({ plannedAt, now }: Attempted): boolean {
  return daysBetween(plannedAt, now) < patience.refusalDays
}

function judgeFailure(failure: unknown, attempted: Attempted): Verdict {
  const base = { status: null, error: messageOf(failure).slice(0, 200), gone: false } as const
  if (failure instanceof FetchError) {
    if (failure.status !== undefined) return judgeStatus(failure.status, null, attempted)
    if (failure.kind === 'blocked-address' || failure.kind === 'blocked-url') {
      const error = `blocked address: ${base.error}`.slice(0, 200)
      return { ...base, error, state: 'dead', retrySeconds: 0, host: 'up' }
    }
    const ours = failure.kind === 'aborted'
    return { ...base, state: 'pending', retrySeconds: 0, host: ours ? { busySeconds: 1 } : 'down' }
  }
  const poisoned = attempted.attempts + 1 >= poisonAttempts
  return {
    ...base,
    state: poisoned ? 'dead' : 'pending',
    retrySeconds: backoff(attempted.attempts + 1),
    host: 'up',
  }
}
