import { DomainError } from '../../lib/errors.ts'
import type { Actor } from '../../store/actors.ts'

/**
 * Whoever has moved speaks and follows from where they are, until they take the redirect back.
 * @throws DomainError `forbidden`
 */
export function requireHere(account: Actor): void {
  if (account.movedTo === null) return
  throw new DomainError(
    'forbidden',
    `The account ${account.username} has moved to ${account.movedTo}: take the redirect back before doing this from here.`,
  )
}
