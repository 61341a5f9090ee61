import { route, type Route } from '../route.ts'
import { showEmbed } from './embed.ts'
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
  // Emojis of our own there are none: nobody could have uploaded one.
  route({
    method: 'GET',
    path: '/api/v1/custom_emojis',
    access: 'anybody',
    scopes: [],
    handle: async () => [],
  }),
  // Nobody can announce anything yet.
  route({
    method: 'GET',
    path: '/api/v1/announcements',
    access: 'member',
    scopes: ['read:accounts', 'read:statuses', 'read:notifications'],
    handle: async () => [],
  }),
  route({ method: 'GET', path: '/api/oembed', access: 'anybody', scopes: [], handle: showEmbed }),
]
