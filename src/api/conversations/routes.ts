import { route, type Route } from '../route.ts'
import { readConversation, removeConversation, showConversations } from './conversations.ts'

const access = 'member'

export const conversationRoutes: readonly Route[] = [
  route({
    ...{ method: 'GET', path: '/api/v1/conversations', access },
    scopes: ['read:statuses'],
    handle: showConversations,
  }),
  route({
    ...{ method: 'POST', path: '/api/v1/conversations/:id/read', access },
    scopes: ['write:conversations'],
    handle: readConversation,
  }),
  route({
    ...{ method: 'DELETE', path: '/api/v1/conversations/:id', access },
    scopes: ['write:conversations'],
    handle: removeConversation,
  }),
]
