import { DomainError } from '../../lib/errors.ts'
import type { Standing } from '../../store/credentials.ts'

/** @throws DomainError `forbidden`, and what to do, for a member who may not act */
export function requireGoodStanding(member: Standing): void {
  const problem = describeProblem(member)
  if (problem !== undefined) throw new DomainError('forbidden', problem)
}

export function isInGoodStanding(member: Standing): boolean {
  return describeProblem(member) === undefined
}

function describeProblem(member: Standing): string | undefined {
  if (isLeaving(member)) return 'This account is about to be deleted.'
  if (member.suspendedAt !== null) return 'This account is suspended.'
  if (member.disabledAt !== null || member.deletedAt !== null) return 'This account is closed.'
  if (member.confirmedAt === null)
    return 'Open the link first that was sent to your e-mail address: it confirms that the address is yours.'
  if (member.approvedAt === null) return 'Those who run this server have yet to let you in.'
  return undefined
}

/** By the member's own wish: whom others suspended stays suspended. */
export function isLeaving({ leavingSince, suspendedAt }: Standing): boolean {
  return leavingSince !== null && suspendedAt?.getTime() === leavingSince.getTime()
}
