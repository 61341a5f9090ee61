import { setTimeout as wait } from 'node:timers/promises'
import { DomainError } from '../../lib/errors.ts'
import { createRateLimit } from '../../lib/rate-limit.ts'

/** Asks a domain something, for somebody who waits. @throws DomainError `unavailable` where that takes too long */
export type Patience = <Answer>(domain: string, ask: () => Promise<Answer>) => Promise<Answer>

/**
 * Nobody is kept waiting by a server that does not answer: what comes too late is of use the next time, and the domain
 * is not waited for again for a while.
 */
export function createPatience({ waitMs = 5000, silentMs = 10 * 60_000 } = {}): Patience {
  const willing = createRateLimit({ limit: 1, perMs: silentMs })
  return async (domain, ask) => {
    const silence = new DomainError('unavailable', `${domain} does not answer.`)
    if (!willing.has(domain)) throw silence
    const over = new AbortController()
    const tooLate = wait(waitMs, undefined, { signal: over.signal }).then(() => {
      willing.take(domain)
      throw silence
    })
    const asked = ask()
    asked.catch(() => undefined)
    try {
      return await Promise.race([asked, tooLate])
    } finally {
      over.abort()
    }
  }
}
