import { DomainError, type ErrorCode } from '../../lib/errors.ts'
import type { Actor } from '../../store/actors.ts'
import type { DestinationAnswer } from './find-destination.ts'

/**
 * The place that agreed, or a sentence that says what to do.
 * @param name what the member called it
 * @param former the id of whoever wants to go there
 * @throws DomainError
 */
export function requireAgreement(answer: DestinationAnswer, name: string, former: string): Actor {
  if (typeof answer === 'object') return answer
  const refusals: Record<Exclude<DestinationAnswer, Actor>, [ErrorCode, string]> = {
    gone: ['not_found', `${name} is gone.`],
    missing: ['not_found', `There is no ${name}.`],
    refused: ['invalid', `${name} is not an account that can be moved to.`],
    unavailable: ['unavailable', `The server of ${name} does not answer now: try again later.`],
    moved: ['invalid', `${name} has moved on itself: name the account where it is now.`],
    blocked: ['forbidden', `${name} is blocked here.`],
    'no-alias': [
      'invalid',
      `${name} does not name ${former} as an alias: add that there first, then try again.`,
    ],
  }
  throw new DomainError(...refusals[answer])
}
