import { route, type Route } from '../route.ts'
import { addReaction, dismissAnnouncement, removeReaction, showAnnouncements } from './announcements.ts'

const path = '/api/v1/announcements'
/** As in Mastodon, whoever reads anything reads what everybody is told. */
const reading = ['read:accounts', 'read:statuses', 'read:notifications'] as const
const reaction = {
  path: `${path}/:id/reactions/:name`,
  access: 'member',
  scopes: ['write:favourites'],
} as const
const dismissal = { path: `${path}/:id/dismiss`, access: 'member', scopes: ['write:accounts'] } as const

export const announcementRoutes: readonly Route[] = [
  route({ method: 'GET', path, access: 'member', scopes: reading, handle: showAnnouncements }),
  route({ method: 'POST', ...dismissal, handle: dismissAnnouncement }),
  route({ method: 'PUT', ...reaction, handle: addReaction }),
  route({ method: 'DELETE', ...reaction, handle: removeReaction }),
]
