import { route, type Route } from '../route.ts'
import * as tags from './tags.ts'

const tag = '/api/v1/tags/:name'
const featured = '/api/v1/featured_tags'
const following = { method: 'POST', access: 'member', scopes: ['write:follows'] } as const
const featuring = { method: 'POST', access: 'member', scopes: ['write:accounts'] } as const
const own = { method: 'GET', access: 'member', scopes: ['read:accounts'] } as const
const open = { method: 'GET', access: 'anybody' } as const

export const tagRoutes: readonly Route[] = [
  route({ ...open, scopes: [], path: tag, handle: tags.showTag }),
  route({ ...following, path: `${tag}/follow`, handle: tags.follow }),
  route({ ...following, path: `${tag}/unfollow`, handle: tags.unfollow }),
  route({ ...featuring, path: `${tag}/feature`, handle: tags.feature }),
  route({ ...featuring, path: `${tag}/unfeature`, handle: tags.unfeature }),
  route({ ...own, scopes: ['read:follows'], path: '/api/v1/followed_tags', handle: tags.listFollowed }),
  route({ ...own, path: `${featured}/suggestions`, handle: tags.suggestFeatured }),
  route({ ...own, path: featured, handle: tags.listOwnFeatured }),
  route({ ...featuring, path: featured, handle: tags.addFeatured }),
  route({ ...featuring, method: 'DELETE', path: `${featured}/:id`, handle: tags.removeFeatured }),
  route({
    ...open,
    scopes: ['read:accounts'],
    path: '/api/v1/accounts/:id/featured_tags',
    handle: tags.listFeaturedOf,
  }),
]
