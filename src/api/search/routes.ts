import { route, type Route } from '../route.ts'
import { search, searchAccounts, searchWithNames } from './search.ts'
import { dismiss, showDirectory, suggest, suggestWithSource } from './suggestions.ts'

const open = { method: 'GET', access: 'anybody' } as const
const own = { method: 'GET', access: 'member', scopes: ['read:accounts'] } as const

/** Before the routes of accounts: `/accounts/search` is no account. */
export const searchRoutes: readonly Route[] = [
  route({ ...open, scopes: ['read:search'], path: '/api/v2/search', handle: search }),
  route({
    ...own,
    scopes: ['read:search'],
    path: '/api/v1/search',
    handle: searchWithNames,
  }),
  route({ ...own, path: '/api/v1/accounts/search', handle: searchAccounts }),
  route({ ...own, path: '/api/v1/suggestions', handle: suggest }),
  route({ ...own, path: '/api/v2/suggestions', handle: suggestWithSource }),
  route({
    ...{ method: 'DELETE', access: 'member', scopes: ['write:accounts'] },
    path: '/api/v1/suggestions/:id',
    handle: dismiss,
  }),
  route({ ...open, scopes: [], path: '/api/v1/directory', handle: showDirectory }),
]
