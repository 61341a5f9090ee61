import { route, type Route } from '../route.ts'
import { cancelScheduled, changeScheduled, listOwnScheduled, showScheduled } from './scheduled.ts'

const scheduled = '/api/v1/scheduled_statuses'
const forReading = { access: 'member', scopes: ['read:statuses'] } as const
const forWriting = { access: 'member', scopes: ['write:statuses'] } as const

export const scheduledRoutes: readonly Route[] = [
  route({ method: 'GET', path: scheduled, ...forReading, handle: listOwnScheduled }),
  route({ method: 'GET', path: `${scheduled}/:id`, ...forReading, handle: showScheduled }),
  route({ method: 'PUT', path: `${scheduled}/:id`, ...forWriting, handle: changeScheduled }),
  route({ method: 'DELETE', path: `${scheduled}/:id`, ...forWriting, handle: cancelScheduled }),
]
