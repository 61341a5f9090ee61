import type { Context } from '../../context.ts'
import type { Actor } from '../../store/actors.ts'
import { route, type Call, type Route } from '../route.ts'
import { addStatus, removeStatus, showFilterStatus, showFilterStatuses } from './filter-statuses.ts'
import * as filters from './filters.ts'
import { editV1Filter, makeV1Filter, removeV1Filter, showV1Filter, showV1Filters } from './v1.ts'

type Handle = (ctx: Context, call: Call<Actor>) => Promise<unknown>

const v1 = '/api/v1/filters'
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
  reads(v1, showV1Filters),
  writes('POST', v1, makeV1Filter),
  reads(`${v1}/:id`, showV1Filter),
  writes('PUT', `${v1}/:id`, editV1Filter),
  writes('DELETE', `${v1}/:id`, removeV1Filter),
]
