import type { Context } from '../../context.ts'
import { recordNotFound } from '../errors.ts'
import { route, type Call, type Route } from '../route.ts'
import { getActiveAccount } from '../accounts/named-account.ts'
import { getNamedStatus } from '../statuses/status-answer.ts'

const reports = '/api/v1/annual_reports'
const own = { access: 'member', scopes: ['read:accounts'] } as const
const kept = { access: 'member', scopes: ['write:accounts'] } as const

/** What Mastodon may have and this server has not: nothing is there, and that is the answer. */
export const absentRoutes: readonly Route[] = [
  // As Mastodon answers where no service that translates is set up.
  route({
    ...{ method: 'POST', path: '/api/v1/statuses/:id/translate', access: 'app' },
    scopes: ['read:statuses'],
    handle: async (ctx: Context, call: Call) => {
      await getNamedStatus(ctx, call)
      throw recordNotFound()
    },
  }),
  route({
    ...own,
    ...{ method: 'GET', path: '/api/v1/accounts/:id/identity_proofs' },
    handle: async (ctx: Context, call: Call) => {
      await getActiveAccount(ctx, call)
      return []
    },
  }),
  route({
    ...{ method: 'POST', path: '/api/v1/accounts/:id/email_subscriptions', ...kept },
    handle: nothing,
  }),
  route({
    ...{ method: 'GET', path: reports, ...own },
    handle: async () => ({ annual_reports: [], accounts: [], statuses: [] }),
  }),
  route({ ...own, method: 'GET', path: `${reports}/:year`, handle: nothing }),
  route({
    ...{ method: 'GET', path: `${reports}/:year/state`, ...own },
    handle: async () => ({ state: 'ineligible' }),
  }),
  route({ ...kept, method: 'POST', path: `${reports}/:year/generate`, handle: nothing }),
  route({ ...kept, method: 'POST', path: `${reports}/:year/read`, handle: nothing }),
  // No answer of ours says that it will be completed later.
  route({
    ...{ method: 'GET', path: '/api/v1_alpha/async_refreshes/:refresh', access: 'member' },
    scopes: ['read'],
    handle: nothing,
  }),
]

async function nothing(): Promise<never> {
  throw recordNotFound()
}
