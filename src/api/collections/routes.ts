import { route, type Route } from '../route.ts'
import * as collections from './collections.ts'

const all = '/api/v1/collections'
const items = `${all}/:collection_id/items`
const deed = { method: 'POST', access: 'member', scopes: ['write:collections'] } as const
const open = { method: 'GET', access: 'anybody', scopes: ['read:collections'] } as const

/** https://docs.joinmastodon.org/methods/collections/ */
export const collectionRoutes: readonly Route[] = [
  route({ ...deed, path: all, handle: collections.addCollection }),
  route({ ...open, path: `${all}/:id`, handle: collections.showCollection }),
  route({ ...deed, method: ['PATCH', 'PUT'], path: `${all}/:id`, handle: collections.editCollection }),
  route({ ...deed, method: 'DELETE', path: `${all}/:id`, handle: collections.removeCollection }),
  route({ ...deed, path: items, handle: collections.addItem }),
  route({ ...deed, method: 'DELETE', path: `${items}/:id`, handle: collections.removeItem }),
  route({ ...deed, path: `${items}/:id/revoke`, handle: collections.revokeOwnItem }),
  route({ ...open, path: '/api/v1/accounts/:id/collections', handle: collections.showCollectionsOf }),
  route({
    ...{ method: 'GET', path: '/api/v1/accounts/:id/in_collections', access: 'member' },
    scopes: ['read:collections'],
    handle: collections.showCollectionsWith,
  }),
]
