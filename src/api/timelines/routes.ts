import { route, type Route } from '../route.ts'
import { showDirect, showHome, showLink, showList, showPublic, showTag } from './show-timelines.ts'

const method = 'GET'
const timelines = '/api/v1/timelines'

export const timelineRoutes: readonly Route[] = [
  route({ method, path: `${timelines}/home`, access: 'member', scopes: ['read:statuses'], handle: showHome }),
  route({
    ...{ method, path: `${timelines}/public`, access: 'anybody' },
    scopes: ['read:statuses'],
    handle: showPublic,
  }),
  route({
    ...{ method, path: `${timelines}/tag/:hashtag`, access: 'anybody' },
    scopes: ['read:statuses'],
    handle: showTag,
  }),
  route({
    ...{ method, path: `${timelines}/link`, access: 'anybody' },
    scopes: ['read:statuses'],
    handle: showLink,
  }),
  route({
    ...{ method, path: `${timelines}/direct`, access: 'member' },
    scopes: ['read:statuses'],
    handle: showDirect,
  }),
  route({
    ...{ method, path: `${timelines}/list/:list_id`, access: 'member' },
    scopes: ['read:lists'],
    handle: showList,
  }),
]
