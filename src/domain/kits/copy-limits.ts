import { DomainError } from '../../lib/errors.ts'
import { createRateLimit } from '../../lib/rate-limit.ts'

/** Each copy reads all that a member has here. */
const copies = createRateLimit({ limit: 20, perMs: 3600_000 })

/** @throws DomainError `limited` */
export function requireCopyTurn(accountId: string): void {
  if (!copies.take(accountId))
    throw new DomainError('limited', 'That is many copies for one hour: wait a while, then try again.')
}
