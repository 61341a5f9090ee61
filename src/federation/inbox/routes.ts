import express, { type RequestHandler, type Router } from 'express'
import { instanceUsername } from '../../domain/accounts/addresses.ts'
import { findAccount } from '../../store/actors.ts'
import { sendRefusal } from '../send-refusal.ts'
import type { Hint } from './admit-carried.ts'
import { admit, type Gate } from './gate.ts'
import { isRefusal, refuse } from './refusal.ts'

export type InboxEvents = {
  /** Something was stored for the worker. */
  onStored(): void
  /** Somebody passed on what somebody else said: worth asking its origin. */
  onHint(hint: Hint): Promise<void>
}

/** Where other servers deliver. Mounted before anything that reads bodies: the gate wants the raw bytes. */
export function inboxRoutes(gate: Gate, events: InboxEvents): Router {
  const router = express.Router({ caseSensitive: true, strict: true })
  const shared = receive(gate, events, async () => null)
  router.post('/inbox', shared)
  router.post('/actor/inbox', shared)
  router.post(
    '/users/:name/inbox',
    receive(gate, events, (name) => findRecipient(gate, name)),
  )
  router.all(['/users/:name/outbox', '/actor/outbox'], refuseWriting)
  return router
}

type FindRecipient = (name: string) => Promise<string | null | undefined>

function receive(gate: Gate, events: InboxEvents, recipientOf: FindRecipient): RequestHandler {
  return async (request, response) => {
    const recipientId = await recipientOf(String(request.params['name']))
    if (recipientId === undefined) return sendRefusal(response, refuse(404, 'There is no such inbox.'))
    const result = await admit(gate, request, recipientId)
    if (isRefusal(result)) {
      gate.ctx.log.debug(
        { path: request.path, status: result.status, reason: result.error },
        'Refused an activity',
      )
      return sendRefusal(response, result)
    }
    if (result.kind === 'hint') await events.onHint(result)
    else events.onStored()
    response.status(202).end()
  }
}

async function findRecipient({ ctx }: Gate, name: string): Promise<string | undefined> {
  const account = await findAccount(ctx.db, name)
  return account?.username === name && name !== instanceUsername ? account.id : undefined
}

/** Members post through the client API; nobody posts to an outbox. */
const refuseWriting: RequestHandler = (request, response, next) => {
  if (request.method === 'GET' || request.method === 'HEAD') return next()
  response.set('Allow', 'GET, HEAD').status(405).json({ error: 'Nothing can be posted to an outbox.' })
}
