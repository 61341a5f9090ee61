import { route, type Route } from '../route.ts'
import {
  addList,
  addListMembers,
  editList,
  removeList,
  removeListMembers,
  showList,
  showListMembers,
  showLists,
  showListsWith,
} from './lists.ts'

const reading = { method: 'GET', access: 'member', scopes: ['read:lists'] } as const
const writing = { access: 'member', scopes: ['write:lists'] } as const
const lists = '/api/v1/lists'

export const listRoutes: readonly Route[] = [
  route({ ...reading, path: lists, handle: showLists }),
  route({ ...writing, method: 'POST', path: lists, handle: addList }),
  route({ ...reading, path: `${lists}/:id`, handle: showList }),
  route({ ...writing, method: ['PUT', 'PATCH'], path: `${lists}/:id`, handle: editList }),
  route({ ...writing, method: 'DELETE', path: `${lists}/:id`, handle: removeList }),
  route({ ...reading, path: `${lists}/:id/accounts`, handle: showListMembers }),
  route({ ...writing, method: 'POST', path: `${lists}/:id/accounts`, handle: addListMembers }),
  route({ ...writing, method: 'DELETE', path: `${lists}/:id/accounts`, handle: removeListMembers }),
  route({ ...reading, path: '/api/v1/accounts/:id/lists', handle: showListsWith }),
]
