import type { Response } from 'express'
import type { Refusal } from './inbox/refusal.ts'

/** Says no in one sentence. What was not read of the request is not waited for. */
export function sendRefusal(response: Response, refusal: Refusal): void {
  if (refusal.retryAfterSeconds !== undefined) response.set('Retry-After', String(refusal.retryAfterSeconds))
  if (refusal.status === 413 || refusal.status === 408) response.set('Connection', 'close')
  response.set('Cache-Control', 'private, no-store').status(refusal.status).json({ error: refusal.error })
}
