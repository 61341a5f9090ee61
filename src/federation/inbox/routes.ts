import express, { type RequestHandler, type Router } from 'express'
import { instanceUsername } from '../../domain/accounts/addresses.ts'
import { findAccount } from '../../store/actors.ts'
import { sendRefusal } from '../send-refusal.ts'
import { admit, type Gate } from './gate.ts'
import { isRefusal, refuse } from './refusal.ts'

export type InboxEvents = {
  /** Something was stored for the worker. */
  onStored(): void
  /** Somebody passed on what somebody else said: worth asking its origin. */
  onHint(uri: string): Promise<void>
}

/** Where other servers deliver. Mounted before anything that reads bodies: the gate wants the raw bytes. */
export function inboxRoutes(gate: Gate, events: InboxEvents): Router {
  const router = express.Router({ caseSensitive: true, strict: true })
  router.post(
    '/inbox',
    receive(gate, events, async () => null),
  )
  router.post(
    '/actor/inbox',
    receive(gate, events, () => findRecipient(gate, instanceUsername)),
  )
  router.post(
    '/users/:name/inbox',
    receive(gate, events, (params) => findRecipient(gate, params['name'] ?? '')),
  )
  router.all('/users/:name/outbox', refuseWriting)
  return router
}

type FindRecipient = (params: Record<string, string | undefined>) => Promise<string | null | undefined>

function receive(gate: Gate, events: InboxEvents, recipientOf: FindRecipient): RequestHandler {
  return async (request, response) => {
    const recipientId = await recipientOf(request.params as Record<string, string | undefined>)
    if (recipientId === undefined) return sendRefusal(response, refuse(404, 'There is no such inbox.'))
    const result = await admit(gate, request, recipientId)
    if (isRefusal(result)) return sendRefusal(response, result)
    if (result.kind === 'hint') await events.onHint(result.uri)
    else events.onStored()
    response.status(202).end()
  }
}

async function findRecipient(gate: Gate, name: string): Promise<string | undefined> {
  return (await findAccount(gate.ctx.db, name))?.id
}

/** Members post through the client API; nobody posts to an outbox. */
const refuseWriting: RequestHandler = (request, response, next) => {
  if (request.method === 'GET' || request.method === 'HEAD') return next()
  response.set('Allow', 'GET, HEAD').status(405).json({ error: 'Nothing can be posted to an outbox.' })
}
