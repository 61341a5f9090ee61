import type { Response } from 'express'
import type { Refusal } from './inbox/refusal.ts'

/** Says no in one sentence. What was not read of the request is not waited for. */
export function sendRefusal(response: Response, refusal: Refusal): void {
  const { status, error, retryAfterSeconds } = refusal
  if (retryAfterSeconds !== undefined) response.set('Retry-After', String(retryAfterSeconds))
  if (status === 413 || status === 408) response.set('Connection', 'close')
  response.set('Cache-Control', 'private, no-store').vary('Accept, Signature').status(status).json({ error })
}
