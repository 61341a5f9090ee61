import { route, type Route } from '../route.ts'
import { showPoll, voteInPoll } from './polls.ts'

export const pollRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/v1/polls/:id',
    access: 'anybody',
    scopes: ['read:statuses'],
    handle: showPoll,
  }),
  route({
    method: 'POST',
    path: '/api/v1/polls/:id/votes',
    access: 'member',
    scopes: ['write:statuses'],
    handle: voteInPoll,
  }),
]
