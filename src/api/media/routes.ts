import { route, type Route } from '../route.ts'
import { createMedia, createMediaAtOnce, deleteMedia, showMedia, updateMedia } from './media.ts'

const member = { access: 'member', scopes: ['write:media'] } as const
const media = '/api/v1/media/:id'

export const mediaRoutes: readonly Route[] = [
  route({ method: 'POST', path: '/api/v1/media', ...member, handle: createMediaAtOnce }),
  route({ method: 'POST', path: '/api/v2/media', ...member, handle: createMedia }),
  route({ method: 'GET', path: media, ...member, handle: showMedia }),
  route({ method: ['PUT', 'PATCH'], path: media, ...member, handle: updateMedia }),
  route({ method: ['PUT', 'PATCH'], path: '/api/v2/media/:id', ...member, handle: updateMedia }),
  route({ method: 'DELETE', path: media, ...member, handle: deleteMedia }),
]
