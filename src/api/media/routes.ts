import { route, type Route } from '../route.ts'
import { createMedia, createMediaAtOnce, deleteMedia, showMedia, updateMedia } from './media.ts'

const member = { access: 'member', scopes: ['write:media'] } as const
const upload = { ...member, files: ['file', 'thumbnail'], counts: 'uploads' } as const
const media = '/api/v1/media/:id'

export const mediaRoutes: readonly Route[] = [
  route({ method: 'POST', path: '/api/v1/media', ...upload, handle: createMediaAtOnce }),
  route({ method: 'POST', path: '/api/v2/media', ...upload, handle: createMedia }),
  route({ method: 'GET', path: media, ...member, handle: showMedia }),
  route({ method: ['PUT', 'PATCH'], path: media, ...member, files: ['thumbnail'], handle: updateMedia }),
  route({ method: 'DELETE', path: media, ...member, handle: deleteMedia }),
]
