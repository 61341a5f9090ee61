import { route, type Route } from '../route.ts'
import { showEmbed } from './embed.ts'
import { showCustomEmojis } from './custom-emojis.ts'
import { moveMarkers, showMarkers } from './markers.ts'
import { showPreferences } from './preferences.ts'

export const miscRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/v1/preferences',
    access: 'member',
    scopes: ['read:accounts'],
    handle: showPreferences,
  }),
  route({
    method: 'GET',
    path: '/api/v1/markers',
    access: 'member',
    scopes: ['read:statuses'],
    handle: showMarkers,
  }),
  route({
    method: 'POST',
    path: '/api/v1/markers',
    access: 'member',
    scopes: ['write:statuses'],
    evenWhen: ['moved'],
    handle: moveMarkers,
  }),
  route({
    method: 'GET',
    path: '/api/v1/custom_emojis',
    access: 'anybody',
    scopes: [],
    handle: showCustomEmojis,
  }),
  route({ method: 'GET', path: '/api/oembed', access: 'anybody', scopes: [], handle: showEmbed }),
]
