import type { Context } from '../../context.ts'
import type { Actor } from '../../store/actors.ts'
import { route, type Call, type Route } from '../route.ts'
import { addStatus, removeStatus, showFilterStatus, showFilterStatuses } from './filter-statuses.ts'
import * as filters from './filters.ts'

type Handle = (ctx: Context, call: Call<Actor>) => Promise<unknown>

const v2 = '/api/v2/filters'

function reads(path: string, handle: Handle): Route {
  return route({ method: 'GET', path, access: 'member', scopes: ['read:filters'], handle })
}

function writes(method: 'POST' | 'PUT' | 'DELETE', path: string, handle: Handle): Route {
  return route({ method, path, access: 'member', scopes: ['write:filters'], handle })
}

export const filterRoutes: readonly Route[] = [
  reads(v2, filters.showFilters),
  writes('POST', v2, filters.makeFilter),
  reads(`${v2}/keywords/:id`, filters.showKeyword),
  writes('PUT', `${v2}/keywords/:id`, filters.editKeyword),
  writes('DELETE', `${v2}/keywords/:id`, filters.removeKeyword),
  reads(`${v2}/statuses/:id`, showFilterStatus),
  writes('DELETE', `${v2}/statuses/:id`, removeStatus),
  reads(`${v2}/:id`, filters.showFilter),
  writes('PUT', `${v2}/:id`, filters.editFilter),
  writes('DELETE', `${v2}/:id`, filters.removeFilter),
  reads(`${v2}/:filter_id/keywords`, filters.showKeywords),
  writes('POST', `${v2}/:filter_id/keywords`, filters.addKeyword),
  reads(`${v2}/:filter_id/statuses`, showFilterStatuses),
  writes('POST', `${v2}/:filter_id/statuses`, addStatus),
  reads('/api/v1/filters', filters.showV1Filters),
  reads('/api/v1/filters/:id', filters.showV1Filter),
]
