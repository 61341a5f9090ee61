import { route, type Route } from '../route.ts'
import { makeKit, showKit, takeCopy } from './kit.ts'

const kit = '/api/holdfast/v1/kit'
const writing = { method: 'POST', access: 'member', scopes: ['write:accounts'], evenWhen: ['moved'] } as const

/** What it takes to come back when this place is gone. */
export const kitRoutes: readonly Route[] = [
  route({
    ...{ method: 'GET', access: 'member', scopes: ['read:accounts'], evenWhen: ['moved'] },
    ...{ path: kit, handle: showKit },
  }),
  route({ ...writing, path: kit, handle: makeKit }),
  route({ ...writing, path: `${kit}/copy`, handle: takeCopy }),
]
