import express, { type Request, type Router } from 'express'
import type { Context } from '../../context.ts'
import { clientNetwork } from '../../lib/client-network.ts'
import { DomainError } from '../../lib/errors.ts'
import { createRateLimit } from '../../lib/rate-limit.ts'
import { showConfirmation, showResend, takeConfirmation, takeResend } from './confirmation.ts'
import { showNewPassword, showPasswordForm, takeNewPassword, takePasswordForm } from './password.ts'
import { showSignUp, takeSignUp } from './sign-up.ts'

/** @throws DomainError `limited` */
export type TakeOne = (request: Request) => void

/** How people come to live here, and back in when they forgot how. */
export function signUpRoutes(ctx: Context): Router {
  const router = express.Router({ caseSensitive: true })
  const form = express.urlencoded({ extended: false, limit: '32kb', parameterLimit: 50 })
  const [accounts, mails, links] = [limitOf(5, 30), limitOf(10, 30), limitOf(30, 30)]
  router.get('/auth/sign_up', showSignUp(ctx))
  router.post('/auth/sign_up', form, takeSignUp(ctx, accounts))
  router.get('/auth/confirmation/new', showResend(ctx))
  router.post('/auth/confirmation/new', form, takeResend(ctx, mails))
  router.get('/auth/confirmation', showConfirmation(ctx))
  router.post('/auth/confirmation', form, takeConfirmation(ctx, links))
  router.get('/auth/password/new', showPasswordForm(ctx))
  router.post('/auth/password/new', form, takePasswordForm(ctx, mails))
  router.get('/auth/password/edit', showNewPassword(ctx))
  router.post('/auth/password/edit', form, takeNewPassword(ctx, links))
  return router
}

/** From one network, in so many minutes. */
function limitOf(limit: number, minutes: number): TakeOne {
  const requests = createRateLimit({ limit, perMs: minutes * 60_000 })
  return (request) => {
    if (requests.take(clientNetwork(request.ip ?? ''))) return
    throw new DomainError('limited', 'Too many attempts: wait a while, then try again.')
  }
}
