import { route, type Route } from '../route.ts'
import { listFollowers, listOwnRecoveries, showRecovery } from './recoveries.ts'

const recoveries = '/api/holdfast/v1/recoveries'
const reader = { method: 'GET', access: 'member', evenWhen: ['moved'] } as const

/** Coming back from a server that is gone: begun in the settings or at a terminal, watched here. */
export const recoveryRoutes: readonly Route[] = [
  route({ ...reader, scopes: ['read:accounts'], path: recoveries, handle: listOwnRecoveries }),
  route({ ...reader, scopes: ['read:accounts'], path: `${recoveries}/:id`, handle: showRecovery }),
  route({ ...reader, scopes: ['read:follows'], path: `${recoveries}/:id/followers`, handle: listFollowers }),
]
