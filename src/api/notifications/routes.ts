import { route, type Route } from '../route.ts'
import {
  clearNotifications,
  countNotifications,
  dismissNotification,
  showNotification,
  showNotifications,
} from './list-notifications.ts'
import { changeFlatPolicy, changePolicy, showFlatPolicy, showPolicy } from './policy.ts'
import { acceptRequests, dismissRequests, showMerged, showRequest, showRequests } from './requests.ts'
import { countGroups, dismissGroup, showGroup, showGroupAccounts } from './groups.ts'
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
  route({ method: 'GET', path: v2, ...reading, handle: showGroups }),
  route({ method: 'GET', path: `${v1}/policy`, ...reading, handle: showFlatPolicy }),
  route({ method: ['PUT', 'PATCH'], path: `${v1}/policy`, ...writing, handle: changeFlatPolicy }),
  route({ method: 'GET', path: `${v2}/policy`, ...reading, handle: showPolicy }),
  route({ method: ['PUT', 'PATCH'], path: `${v2}/policy`, ...writing, handle: changePolicy }),
  route({ method: 'GET', path: `${v2}/unread_count`, ...reading, handle: countGroups }),
  // After what else stands there, which would be taken for its key.
  route({ method: 'GET', path: `${v2}/:group_key`, ...reading, handle: showGroup }),
  route({ method: 'GET', path: `${v2}/:group_key/accounts`, ...reading, handle: showGroupAccounts }),
  route({ method: 'POST', path: `${v2}/:group_key/dismiss`, ...writing, handle: dismissGroup }),
  route({ method: 'GET', path: `${v1}/requests`, ...reading, handle: showRequests }),
  route({ method: 'GET', path: `${v1}/requests/merged`, ...reading, handle: showMerged }),
  route({ method: 'POST', path: `${v1}/requests/accept`, ...writing, handle: acceptRequests }),
  route({ method: 'POST', path: `${v1}/requests/dismiss`, ...writing, handle: dismissRequests }),
  route({ method: 'GET', path: `${v1}/requests/:id`, ...reading, handle: showRequest }),
  route({ method: 'POST', path: `${v1}/requests/:id/accept`, ...writing, handle: acceptRequests }),
  route({ method: 'POST', path: `${v1}/requests/:id/dismiss`, ...writing, handle: dismissRequests }),
  route({ method: 'GET', path: `${v1}/:id`, ...reading, handle: showNotification }),
  // After the requests, whose paths it would take.
  route({ method: 'POST', path: `${v1}/:id/dismiss`, ...writing, handle: dismissNotification }),
]
