import express, { type Router } from 'express'
import type { Context } from '../../context.ts'
import { askConsent, showCode, takeConsent } from './authorize.ts'
import { createSignInLimits } from './limits.ts'
import { showSessions, showSignIn, takeSessionEnd, takeSignIn, takeSignOut } from './sign-in.ts'

/** Where members prove who they are, and say which apps may act for them: the only pages that know a cookie. */
export function signInRoutes(ctx: Context): Router {
  const router = express.Router({ caseSensitive: true })
  const limits = createSignInLimits()
  const form = express.urlencoded({ extended: false, limit: '16kb', parameterLimit: 50 })
  router.get('/auth/sign_in', showSignIn(ctx))
  router.post('/auth/sign_in', form, takeSignIn(ctx, limits))
  router.post('/auth/sign_out', form, takeSignOut(ctx))
  router.get('/auth/sessions', showSessions(ctx))
  router.post('/auth/sessions/:name/end', form, takeSessionEnd(ctx))
  router.get('/oauth/authorize', askConsent(ctx))
  router.post('/oauth/authorize', form, takeConsent(ctx))
  router.get('/oauth/authorize/native', showCode(ctx))
  return router
}
