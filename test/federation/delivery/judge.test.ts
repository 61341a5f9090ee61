import { describe, expect, test } from 'vitest'
import { judge, type Attempted } from '../../../src/federation/delivery/judge.ts'
import { Unsendable } from '../../../src/federation/delivery/unsendable.ts'
import { FetchError, type FetchErrorKind } from '../../../src/lib/safe-fetch/fetch-error.ts'

const now = new Date('2026-11-21T12:00:00Z')
const daysAgo = (days: number) => new Date(now.getTime() - days * 24 * 3600_000)
const fresh: Attempted = { attempts: 0, since: now, now }

function judgeStatus(status: number, attempted: Partial<Attempted> = {}, retryAfter: string | null = null) {
  return judge({ status, retryAfter }, { ...fresh, ...attempted })
}

describe('a status', () => {
  const meanings: [number[], string, 'up' | 'down'][] = [
    [[200, 201, 202, 204, 299], 'delivered', 'up'],
    [[400, 402, 404, 405, 406, 409, 410, 411, 413, 415, 418, 421, 422], 'refused', 'up'],
    [[300, 301, 302, 303, 307, 308], 'pending', 'up'],
    [[401, 403, 451, 408, 500, 501, 505, 507, 520, 525, 599], 'pending', 'up'],
    [[429, 502, 503, 504], 'pending', 'down'],
  ]
  test.each(
    meanings.flatMap(([statuses, state, host]) => statuses.map((status) => [status, state, host] as const)),
  )('%i means %s, and that the host is %s', (status, state, host) => {
    const gone = status === 404 || status === 410
    const error = state === 'delivered' ? null : `answered ${status}`
    expect(judgeStatus(status)).toMatchObject({ state, host, status, error, gone })
  })

  test('that may pass is tried again after a while, longer each time', () => {
    for (const status of [302, 401, 408, 500]) {
      expect(judgeStatus(status)?.retrySeconds).toBeGreaterThanOrEqual(24)
      expect(judgeStatus(status)?.retrySeconds).toBeLessThanOrEqual(30)
      expect(judgeStatus(status, { attempts: 4 })?.retrySeconds).toBeGreaterThan(380)
    }
  })

  test.each([401, 403, 451])('%i is a refusal after three days', (status) => {
    expect(judgeStatus(status, { since: daysAgo(2.9) })?.state).toBe('pending')
    expect(judgeStatus(status, { since: daysAgo(3) })?.state).toBe('refused')
  })

  test.each([302, 408, 429, 500, 503])('%i is waited for seven days', (status) => {
    expect(judgeStatus(status, { since: daysAgo(6.9), attempts: 60 })?.state).toBe('pending')
    expect(judgeStatus(status, { since: daysAgo(7), attempts: 60 })?.state).toBe('expired')
  })
})

describe('Retry-After', () => {
  test.each([429, 503, 403, 500])(
    'is obeyed for the whole host with %i, in seconds and as a date',
    (status) => {
      const busy = { state: 'pending', retrySeconds: 3600, host: { busySeconds: 3600 } }
      expect(judgeStatus(status, {}, '3600')).toMatchObject(busy)
      expect(judgeStatus(status, {}, 'Sat, 21 Nov 2026 13:00:00 GMT')).toMatchObject(busy)
    },
  )

  test('is believed up to a day', () => {
    expect(judgeStatus(429, {}, '99999999')).toMatchObject({ host: { busySeconds: 24 * 3600 } })
  })

  test('that asks for next to nothing does not bring us back every second', () => {
    for (const asked of ['0', '1', 'Sat, 21 Nov 2026 11:00:00 GMT']) {
      expect(judgeStatus(429, { attempts: 3 }, asked)?.retrySeconds).toBeGreaterThan(190)
      expect(judgeStatus(429, { attempts: 30 }, asked)?.retrySeconds).toBe(3600)
    }
  })

  test('that cannot be read is as none', () => {
    expect(judgeStatus(503, {}, 'soon')).toMatchObject({ state: 'pending', host: 'down' })
    expect(judgeStatus(500, {}, '')).toMatchObject({ state: 'pending', host: 'up' })
  })

  test('changes nothing of what is final', () => {
    expect(judgeStatus(410, {}, '60')).toMatchObject({ state: 'refused', host: 'up' })
    expect(judgeStatus(403, { since: daysAgo(4) }, '60')).toMatchObject({ state: 'refused', host: 'up' })
  })
})

describe('no answer', () => {
  const meanings: Record<FetchErrorKind, object | undefined> = {
    'blocked-address': { state: 'dead', error: 'blocked address: why', host: 'up' },
    'blocked-url': { state: 'dead', error: 'blocked address: why', host: 'up' },
    timeout: { state: 'pending', error: 'why', retrySeconds: 0, host: 'down' },
    'too-large': { state: 'pending', error: 'why', host: 'down' },
    redirect: { state: 'pending', error: 'why', host: 'down' },
    network: { state: 'pending', error: 'why', retrySeconds: 0, host: 'down' },
    tls: { state: 'pending', error: 'why', retrySeconds: 0, host: 'down' },
    decode: { state: 'pending', error: 'why', host: 'down' },
    aborted: undefined,
  }
  test.each(Object.entries(meanings))('because of %s', (kind, meaning) => {
    const verdict = judge({ failure: new FetchError(kind as FetchErrorKind, 'why') }, fresh)
    if (meaning === undefined) expect(verdict).toBeUndefined()
    else expect(verdict).toMatchObject({ ...meaning, status: null, gone: false })
  })

  test('is waited for seven days', () => {
    const failure = new FetchError('network', 'nobody there')
    expect(judge({ failure }, { ...fresh, since: daysAgo(7) })).toMatchObject({
      state: 'expired',
      host: 'down',
    })
  })

  test('that is complete counts by its status, whatever was wrong with its body', () => {
    const failure = new FetchError('too-large', 'a novel', { status: 202 })
    expect(judge({ failure }, fresh)).toMatchObject({ state: 'delivered', status: 202 })
    const gone = new FetchError('timeout', 'a drip', { status: 410 })
    expect(judge({ failure: gone }, fresh)).toMatchObject({ state: 'refused', gone: true })
  })
})

describe('a failure of our own', () => {
  test.each([new Unsendable('no key'), new TypeError('no key'), 'no key'])(
    'is dead at the eighth attempt',
    (failure) => {
      expect(judge({ failure }, { ...fresh, attempts: 6 })).toMatchObject({ state: 'pending', host: 'up' })
      expect(judge({ failure }, { ...fresh, attempts: 7 })).toMatchObject({ state: 'dead', error: 'no key' })
    },
  )

  test('is told in words that PostgreSQL keeps', () => {
    const verdict = judge({ failure: new Error(`a\u0000b\n${'c'.repeat(500)}`) }, fresh)
    expect(verdict?.error).toBe(`a b ${'c'.repeat(196)}`)
  })
})
