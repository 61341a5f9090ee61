import { route, type Route } from '../route.ts'
import {
  clearNotifications,
  countNotifications,
  dismissNotification,
  showNotification,
  showNotifications,
} from './list-notifications.ts'
import { showGroups } from './show-groups.ts'

const reading = { access: 'member', scopes: ['read:notifications'] } as const
const writing = { access: 'member', scopes: ['write:notifications'] } as const
const v1 = '/api/v1/notifications'
const v2 = '/api/v2/notifications'

export const notificationRoutes: readonly Route[] = [
  route({ method: 'GET', path: v1, ...reading, handle: showNotifications }),
  route({ method: 'GET', path: `${v1}/unread_count`, ...reading, handle: countNotifications }),
  route({ method: 'POST', path: `${v1}/clear`, ...writing, handle: clearNotifications }),
  route({ method: 'POST', path: `${v1}/dismiss`, ...writing, handle: dismissNotification }),
  route({ method: 'POST', path: `${v1}/:id/dismiss`, ...writing, handle: dismissNotification }),
  route({ method: 'GET', path: v2, ...reading, handle: showGroups }),
  route({ method: 'GET', path: `${v1}/:id`, ...reading, handle: showNotification }),
]
