import { FetchError } from '../../lib/safe-fetch/fetch-error.ts'
import { messageOf } from '../../lib/errors.ts'
import type { DeliveryState } from '../../db/schema.ts'
import { backoff, daysBetween, patience, readRetryAfter } from './backoff.ts'

/** What came back from an inbox, as far as it matters: an answer, or why there was none. */
export type Answer =
  { readonly status: number; readonly retryAfter: string | null } | { readonly failure: unknown }

/** What an attempt says about the host: it answers; leave all of it alone for a while; it named the time itself. */
export type HostNews = 'up' | 'down' | { readonly busySeconds: number }

/** What an attempt means for the delivery, and what it says about the host. */
export type Verdict = {
  readonly state: DeliveryState
  /** For one that stays pending. */
  readonly retrySeconds: number
  readonly status: number | null
  readonly error: string | null
  readonly host: HostNews
  /** The inbox itself is gone. */
  readonly gone: boolean
}

/** After so many attempts a failure of our own is given up for an admin to look at. */
const poisonAttempts = 8

/** Who asks for a second and refuses again is asked less and less often, up to this. */
const longestBusySeconds = 3600

export type Attempted = {
  /** How often it was tried before this. */
  readonly attempts: number
  /** When our patience with it began. */
  readonly since: Date
  readonly now: Date
}

/** @returns undefined when it was given up by ourselves, which says nothing about anybody */
export function judge(answer: Answer, attempted: Attempted): Verdict | undefined {
  const verdict =
    'status' in answer
      ? judgeStatus(answer.status, answer.retryAfter, attempted)
      : judgeFailure(answer.failure, attempted)
  const tooOld = daysBetween(attempted.since, attempted.now) >= patience.deliveryDays
  return verdict?.state === 'pending' && tooOld ? { ...verdict, state: 'expired' } : verdict
}

function judgeStatus(status: number, retryAfter: string | null, attempted: Attempted): Verdict {
  const base = { status, error: null, retrySeconds: 0, host: 'up', gone: false } as const
  if (status >= 200 && status < 300) return { ...base, state: 'delivered' }
  const refused = { ...base, state: 'refused', error: `answered ${status}` } as const
  if (status === 404 || status === 410) return { ...refused, gone: true }
  if (!mayPass(status, attempted)) return refused
  const again = { ...refused, state: 'pending', retrySeconds: backoff(attempted.attempts + 1) } as const
  const asked = readRetryAfter(retryAfter, attempted.now)
  if (asked === undefined) return saysDown(status) ? { ...again, retrySeconds: 0, host: 'down' } : again
  const busySeconds = Math.max(asked, Math.min(again.retrySeconds, longestBusySeconds))
  return { ...again, retrySeconds: busySeconds, host: { busySeconds } }
}

/** A redirect is not followed: an inbox that moved says so in its actor, until then it may come back. */
function mayPass(status: number, { since, now }: Attempted): boolean {
  if (status === 401 || status === 403 || status === 451) {
    // A site behind a shield refuses everybody for a while, and then it does not.
    return daysBetween(since, now) < patience.refusalDays
  }
  return status < 400 || status >= 500 || status === 408 || status === 429
}

/** What stands before the server says that there is none, or that nobody should come now. */
function saysDown(status: number): boolean {
  return status === 429 || (status >= 502 && status <= 504)
}

function judgeFailure(failure: unknown, attempted: Attempted): Verdict | undefined {
  const base = { status: null, retrySeconds: 0, error: describe(failure), gone: false } as const
  if (!(failure instanceof FetchError)) {
    const state = attempted.attempts + 1 >= poisonAttempts ? 'dead' : 'pending'
    return { ...base, state, retrySeconds: backoff(attempted.attempts + 1), host: 'up' }
  }
  if (failure.status !== undefined) return judgeStatus(failure.status, null, attempted)
  if (failure.kind === 'aborted') return undefined
  if (failure.kind === 'blocked-address' || failure.kind === 'blocked-url') {
    return { ...base, state: 'dead', error: describe(failure, 'blocked address: '), host: 'up' }
  }
  return { ...base, state: 'pending', host: 'down' }
}

/** For the ledger: short, and without what PostgreSQL does not take as text. */
function describe(failure: unknown, prefix = ''): string {
  return `${prefix}${messageOf(failure)}`.replaceAll(/\p{Cc}+/gu, ' ').slice(0, 200)
}
