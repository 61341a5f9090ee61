import express, { type Request, type RequestHandler, type Response, type Router } from 'express'
import type { Context } from '../context.ts'
import { clientNetwork } from '../lib/client-network.ts'
import { isId } from '../lib/ids.ts'
import { authorize, bearerOf, identify } from './auth.ts'
import { readBody, readFiles, readInput } from './body.ts'
import { allowAnyOrigin } from './cors.ts'
import { answerApiError, recordNotFound } from './errors.ts'
import { createApiLimits, type ApiLimits } from './limits.ts'
import { Answer, type Call, type Route } from './route.ts'
import { routes } from './routes.ts'

/** The Mastodon client API: everything below `/api`, as the table says. What is not in it is a 404 as JSON. */
export function apiRoutes(ctx: Context): Router {
  const router = express.Router({ caseSensitive: true })
  const limits = createApiLimits()
  router.use('/api', allowAnyOrigin)
  for (const each of routes) {
    for (const method of [each.method].flat()) {
      const name = method.toLowerCase() as Lowercase<typeof method>
      router[name](each.path, ...readBody, serve(ctx, limits, each))
    }
  }
  router.use('/api', () => {
    throw recordNotFound()
  })
  router.use('/api', answerApiError(ctx))
  return router
}

function serve(ctx: Context, limits: ApiLimits, route: Route): RequestHandler {
  return async (request, response) => {
    const call = await openCall(ctx, limits, route, request, response)
    // The table says whose call a handler takes, and `authorize` has seen to it.
    const handle = route.handle as (ctx: Context, call: Call) => Promise<unknown>
    send(response, await handle(ctx, call))
  }
}

async function openCall(
  ctx: Context,
  limits: ApiLimits,
  route: Route,
  request: Request,
  response: Response,
): Promise<Call> {
  const params = readParams(request)
  const input = readInput(request)
  const evenWhen = route.access === 'member' ? route.evenWhen : undefined
  const { token, viewer } = await identify(ctx, bearerOf(request, input), evenWhen)
  limits.take(token?.accountId ?? token?.id ?? clientNetwork(request.ip ?? ''), response, ctx.now())
  authorize(route, { token, viewer })
  return { params, input, files: readFiles(request), viewer, token, request, response }
}

/** What is called an id is one, or there is nothing there. */
function readParams(request: Request): Record<string, string> {
  const params = Object.entries(request.params).map(([name, value]) => [name, String(value)] as const)
  if (params.some(([name, value]) => /(^|_)id$/.test(name) && !isId(value))) throw recordNotFound()
  return Object.fromEntries(params)
}

function send(response: Response, result: unknown): void {
  if (response.headersSent) return
  const { body, status, headers } = result instanceof Answer ? result : new Answer(result, 200, {})
  response.status(status).set({ 'Cache-Control': 'private, no-store', ...headers })
  response.json(body ?? {})
}
