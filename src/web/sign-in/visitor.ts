import type { Request, Response } from 'express'
import type { Context } from '../../context.ts'
import { resumeSession, type SignedIn } from '../../domain/auth/sessions.ts'
import { goTo } from '../forms.ts'
import { readCookie } from './cookies.ts'

/** Who has signed in at this browser. */
export async function findVisitor(ctx: Context, request: Request): Promise<SignedIn | undefined> {
  const secret = readCookie(ctx.config, request, 'session')
  return secret === undefined ? undefined : resumeSession(ctx, secret)
}

/**
 * Has somebody sign in first, and brings them back to where they were.
 * @param again also somebody who is signed in
 */
export function sendToSignIn(response: Response, next: string, again = false): void {
  const query = new URLSearchParams({ ...(again && { again: 'true' }), next })
  goTo(response, `/auth/sign_in?${query.toString()}`)
}
