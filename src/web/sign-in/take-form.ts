import type { Request, RequestHandler, Response } from 'express'
import type { Context } from '../../context.ts'
import type { DomainError } from '../../lib/errors.ts'
import { readSent, refuseForm, type Sent } from '../forms.ts'
import { requireOwnForm } from './form-guard.ts'

/** A form of ours that was sent: what goes wrong is shown on the same page, by `again`. */
export function takeForm(
  ctx: Context,
  take: (request: Request, response: Response, sent: Sent) => Promise<void>,
  again: (request: Request, response: Response, sent: Sent, error: DomainError) => Promise<void> | void,
): RequestHandler {
  return async (request, response) => {
    requireOwnForm(ctx, request)
    const sent = readSent(request)
    try {
      await take(request, response, sent)
    } catch (error) {
      await again(request, response, sent, refuseForm(response, error))
    }
  }
}
