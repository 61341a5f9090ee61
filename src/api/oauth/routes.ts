import { route, type Route } from '../route.ts'
import { createApp } from './create-app.ts'
import { createToken } from './create-token.ts'
import { describeServer } from './describe-server.ts'
import { describeUser } from './describe-user.ts'
import { revokeGivenToken } from './revoke-token.ts'
import { verifyApp } from './verify-app.ts'

/** Whoever has a token that no longer holds comes here to get another, or to be rid of it. */
const outside = { method: 'POST', access: 'anybody', scopes: [], ignoresToken: true } as const

/** How apps come to a token. Whoever asks proves who they are in the body. */
export const oauthRoutes: readonly Route[] = [
  route({ ...outside, path: '/api/v1/apps', handle: createApp }),
  route({
    method: 'GET',
    path: '/api/v1/apps/verify_credentials',
    access: 'app',
    scopes: [],
    handle: verifyApp,
  }),
  route({ ...outside, path: '/oauth/token', handle: createToken }),
  route({ ...outside, path: '/oauth/revoke', handle: revokeGivenToken }),
  route({
    method: ['GET', 'POST'],
    path: '/oauth/userinfo',
    access: 'member',
    scopes: ['profile', 'read:accounts'],
    handle: describeUser,
  }),
  route({
    method: 'GET',
    path: '/.well-known/oauth-authorization-server',
    access: 'anybody',
    scopes: [],
    handle: describeServer,
  }),
]
