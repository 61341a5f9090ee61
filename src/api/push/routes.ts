import { route, type Route } from '../route.ts'
import { changeSubscription, endSubscription, showSubscription, subscribe } from './subscription.ts'

const path = '/api/v1/push/subscription'
const line = { path, access: 'member', scopes: ['push'] } as const

export const pushRoutes: readonly Route[] = [
  route({ method: 'GET', ...line, handle: showSubscription }),
  route({ method: 'POST', ...line, handle: subscribe }),
  route({ method: 'PUT', ...line, handle: changeSubscription }),
  route({ method: 'DELETE', ...line, handle: endSubscription }),
]
