import type { Context } from '../context.ts'
import { requirePasswordOf } from '../domain/auth/prove.ts'
import { DomainError } from '../lib/errors.ts'
import { createRateLimit } from '../lib/rate-limit.ts'
import type { Actor } from '../store/actors.ts'
import { ApiError } from './errors.ts'
import { read, text } from './input.ts'
import type { Call } from './route.ts'

/** Guesses at a password by whoever has a token, whatever they ask for. */
const guesses = createRateLimit({ limit: 10, perMs: 3600_000 })

/**
 * For what cannot be taken back a token is not enough: the password must come with it, as `password`.
 * @throws ApiError 403 for another one, 429 after ten guesses in an hour
 */
export async function requirePassword(
  ctx: Context,
  { viewer, input }: Pick<Call<Actor>, 'viewer' | 'input'>,
): Promise<void> {
  const { password } = read(input, { password: text(2000) })
  if (!guesses.take(viewer.id)) throw new ApiError(429, 'Too many requests', {}, { 'Retry-After': '3600' })
  try {
    await requirePasswordOf(ctx, viewer.id, password ?? '')
  } catch (error) {
    if (error instanceof DomainError && error.code === 'unauthorized')
      throw new ApiError(403, 'The password is not the one of this account')
    throw error
  }
}
