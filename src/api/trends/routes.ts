import { route, type Route } from '../route.ts'
import { showTrendingLinks, showTrendingStatuses, showTrendingTags } from './trends.ts'

const open = { method: 'GET', access: 'anybody', scopes: [] } as const

export const trendRoutes: readonly Route[] = [
  route({ ...open, path: '/api/v1/trends/tags', handle: showTrendingTags }),
  route({ ...open, path: '/api/v1/trends', handle: showTrendingTags }),
  route({ ...open, path: '/api/v1/trends/statuses', handle: showTrendingStatuses }),
  route({ ...open, path: '/api/v1/trends/links', handle: showTrendingLinks }),
]
