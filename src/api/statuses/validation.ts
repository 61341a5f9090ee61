import { DomainError } from '../../lib/errors.ts'
import { ApiError } from '../errors.ts'

/** What is wrong with what somebody wants to say, in the form in which Mastodon says it. */
export const invalid = (message: string) => new ApiError(422, `Validation failed: ${message}`)

/** What Mastodon says of media stands for itself. */
const wholeSentence = /^(Cannot attach|Media \d)/

/** Runs a use case, and says what it refuses as `invalid` as apps expect it. */
export async function validated<Result>(doing: Promise<Result>): Promise<Result> {
  try {
    return await doing
  } catch (error) {
    if (!(error instanceof DomainError) || error.code !== 'invalid') throw error
    throw wholeSentence.test(error.message) ? new ApiError(422, error.message) : invalid(error.message)
  }
}
