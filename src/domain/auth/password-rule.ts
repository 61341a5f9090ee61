import { DomainError } from '../../lib/errors.ts'

export const shortestPassword = 10
export const longestPassword = 1000

/** @throws DomainError `invalid` */
export function requirePassword(password: string): void {
  if (password.length < shortestPassword)
    throw new DomainError('invalid', `A password has at least ${shortestPassword} characters.`)
  if (password.length > longestPassword)
    throw new DomainError('invalid', 'A password has at most 1,000 characters.')
}
