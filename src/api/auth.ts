import type { Request } from 'express'
import type { Context } from '../context.ts'
import { digestToken } from '../domain/auth/digest-token.ts'
import { dayMs } from '../lib/time.ts'
import { findActor, type Actor } from '../store/actors.ts'
import { findTokenByDigest, noteTokenUse, type HeldToken } from '../store/tokens.ts'
import { ApiError } from './errors.ts'
import type { Route, Token } from './route.ts'
import { opens } from '../domain/auth/scopes.ts'

/** Who calls: nobody, an app, or a member through an app. */
export type Caller = { readonly token: Token | undefined; readonly viewer: Actor | undefined }

export const nobody: Caller = { token: undefined, viewer: undefined }

/** In the header or, where apps cannot set one, among the parameters. */
export function bearerOf(
  request: Pick<Request, 'headers'>,
  input: Readonly<Record<string, unknown>>,
): string | undefined {
  const [, fromHeader] = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '') ?? []
  const fromInput = input['access_token']
  return fromHeader ?? (typeof fromInput === 'string' && fromInput !== '' ? fromInput : undefined)
}

/**
 * Who a bearer token stands for, and whether they may act at all.
 * @throws ApiError 401 for one that does not hold, 403 for a member who may not act
 */
export async function identify(
  ctx: Context,
  bearer: string | undefined,
  evenWhen: readonly string[] = [],
): Promise<Caller> {
  if (bearer === undefined) return { token: undefined, viewer: undefined }
  const token = await findTokenByDigest(ctx.db, digestToken(bearer))
  if (token === undefined) throw invalidToken()
  const now = ctx.now()
  if (token.lastUsedAt === null || now.getTime() - token.lastUsedAt.getTime() > dayMs)
    await noteTokenUse(ctx.db, token.id, now)
  if (token.accountId === null) return { token, viewer: undefined }
  return { token, viewer: await findMember(ctx, token, token.accountId, evenWhen) }
}

async function findMember(
  ctx: Context,
  token: HeldToken,
  accountId: string,
  evenWhen: readonly string[],
): Promise<Actor> {
  const actor = await findActor(ctx.db, accountId)
  if (actor === undefined || actor.deletedAt !== null) throw invalidToken()
  if (actor.suspendedAt !== null || token.disabledAt !== null)
    throw new ApiError(403, 'Your login is currently disabled')
  if (token.confirmedAt === null && !evenWhen.includes('unconfirmed'))
    throw new ApiError(403, 'Your login is missing a confirmed e-mail address')
  if (token.approvedAt === null && !evenWhen.includes('unconfirmed'))
    throw new ApiError(403, 'Your login is currently pending approval')
  return actor
}

/** @throws ApiError unless the caller may use this route */
export function authorize(route: Route, { token, viewer }: Caller): void {
  const { access, scopes } = route
  if (access === 'anybody' && token === undefined) return
  if (token === undefined) throw unauthenticated()
  if (scopes.length > 0 && !scopes.some((scope) => opens(token.scopes, scope)))
    throw new ApiError(403, 'This action is outside the authorized scopes')
  if (access !== 'member') return
  if (viewer === undefined) throw new ApiError(422, 'This method requires an authenticated user')
  if (viewer.movedTo !== null && writes(route) && route.evenWhen?.includes('moved') !== true)
    throw new ApiError(403, `This account has moved to ${viewer.movedTo} and cannot do this from here`)
}

/** Whoever has moved away still reads here. A scope says better than a method what that is. */
function writes({ method, scopes }: Route): boolean {
  const isRead = [method].flat().every((name) => name === 'GET')
  return !isRead && scopes.some((scope) => scope.startsWith('write') || scope === 'follow')
}

function invalidToken(): ApiError {
  return unauthenticated('The access token is invalid')
}

function unauthenticated(message = 'The access token is invalid'): ApiError {
  const challenge = `Bearer realm="Doorkeeper", error="invalid_token", error_description="${message}"`
  return new ApiError(401, message, {}, { 'WWW-Authenticate': challenge })
}
