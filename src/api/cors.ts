import { randomUUID } from 'node:crypto'
import type { RequestHandler } from 'express'

const exposed = [
  ...['Link', 'X-RateLimit-Limit', 'X-RateLimit-Remaining', 'X-RateLimit-Reset', 'X-Request-Id'],
].join(', ')
const methods = 'GET, POST, PUT, PATCH, DELETE, OPTIONS'

/**
 * Apps in browsers come from origins of their own; they bring a token, never a cookie. By the id of the request, whoever
 * runs this finds in the log what somebody complains of.
 */
export const allowAnyOrigin: RequestHandler = (request, response, next) => {
  response.set({ 'Access-Control-Allow-Origin': '*', 'Access-Control-Expose-Headers': exposed })
  response.set('X-Request-Id', randomUUID())
  if (request.method !== 'OPTIONS') return next()
  const asked = request.headers['access-control-request-headers']
  response.set({
    'Access-Control-Allow-Methods': methods,
    'Access-Control-Allow-Headers': asked ?? 'Authorization, Content-Type, Idempotency-Key',
    'Access-Control-Max-Age': '7200',
  })
  response.status(204).end()
}
