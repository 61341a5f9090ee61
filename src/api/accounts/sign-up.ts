import type { Context } from '../../context.ts'
import { signUp, SignUpError } from '../../domain/accounts/sign-up.ts'
import { resendOwnConfirmation } from '../../domain/accounts/confirm-email.ts'
import { leave } from '../../domain/accounts/leave.ts'
import { grantToken } from '../../domain/auth/grant-token.ts'
import { clientNetwork } from '../../lib/client-network.ts'
import { DomainError } from '../../lib/errors.ts'
import { createRateLimit } from '../../lib/rate-limit.ts'
import type { Actor } from '../../store/actors.ts'
import { findApp } from '../../store/apps.ts'
import { findUser } from '../../store/users.ts'
import { ApiError } from '../errors.ts'
import { flag, read, text, textOrEmpty } from '../input.ts'
import { presentToken } from '../oauth/create-token.ts'
import { requirePassword } from '../require-password.ts'
import type { Call } from '../route.ts'

/** Mastodon's: accounts from one network. */
const signUps = createRateLimit({ limit: 5, perMs: 30 * 60_000 })

/**
 * https://docs.joinmastodon.org/methods/accounts/#create: an app makes an account for whoever holds it, and is given
 * its token at once. It opens nothing but a look at how far the confirmation is.
 */
export async function createAccountByApp(ctx: Context, call: Call) {
  const { input, token, viewer, request } = call
  const app = token?.appId == null || viewer !== undefined ? undefined : await findApp(ctx.db, token.appId)
  if (app === undefined) throw new ApiError(403, 'This action is not allowed')
  const given = readSignUp(input)
  if (!signUps.take(clientNetwork(request.ip ?? '')))
    throw new ApiError(429, 'Too many requests', {}, { 'Retry-After': '1800' })
  const account = await signUp(ctx, { ...given, ip: request.ip }).catch(explain)
  return presentToken(await grantToken(ctx, { appId: app.id, accountId: account.id, scopes: app.scopes }))
}

function readSignUp(input: Call['input']) {
  const given = read(input, {
    username: textOrEmpty(1000),
    email: textOrEmpty(1000),
    password: textOrEmpty(2000),
    agreement: flag,
    locale: text(35),
    reason: textOrEmpty(10_000),
  })
  const { username = '', email = '', password = '', agreement = false, locale, reason = '' } = given
  return { username, email, password, agreement, reason, locale: locale ?? null }
}

function explain(error: unknown): never {
  if (error instanceof SignUpError) throw new ApiError(422, error.message, { details: error.problems })
  if (error instanceof DomainError && error.code === 'forbidden')
    throw new ApiError(403, 'This action is not allowed')
  throw error
}

/** https://docs.joinmastodon.org/methods/emails/#confirmation */
export async function resendConfirmation(ctx: Context, { viewer, input }: Call<Actor>) {
  await resendOwnConfirmation(ctx, viewer, read(input, { email: text(1000) }).email)
  return {}
}

/** Whether the address is confirmed: apps ask until it is. */
export async function checkConfirmation(ctx: Context, { viewer }: Call<Actor>) {
  const user = await findUser(ctx.db, viewer.id)
  return user !== undefined && user.confirmedAt !== null
}

/**
 * As in GoToSocial (`POST /api/v1/accounts/delete`): a token is not enough, the password must come with it. The account
 * is hidden at once, and kept for 30 days.
 */
export async function deleteOwnAccount(ctx: Context, call: Call<Actor>) {
  await requirePassword(ctx, call)
  await leave(ctx, call.viewer, { ip: call.request.ip })
  return {}
}
