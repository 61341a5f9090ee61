import type { Request } from 'express'
import { clientNetwork } from '../../lib/client-network.ts'
import { DomainError } from '../../lib/errors.ts'
import { createRateLimit } from '../../lib/rate-limit.ts'

export type SignInLimits = {
  /** @throws DomainError `limited` */
  take(request: Request, login: string): void
}

/** Mastodon's: attempts from one network, and at one name from anywhere, spelt however. */
export function createSignInLimits(): SignInLimits {
  const networks = createRateLimit({ limit: 25, perMs: 5 * 60_000 })
  const names = createRateLimit({ limit: 25, perMs: 3600_000 })
  return {
    take(request, login) {
      const isLeft = networks.take(clientNetwork(request.ip ?? '')) && names.take(login.toLowerCase())
      if (!isLeft)
        throw new DomainError('limited', 'Too many attempts to sign in: wait a while, then try again.', {
          retryAfterSeconds: 300,
        })
    },
  }
}
