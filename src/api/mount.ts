import express, { type Request, type RequestHandler, type Response, type Router } from 'express'
import type { Context } from '../context.ts'
import { clientNetwork } from '../lib/client-network.ts'
import { isId } from '../lib/ids.ts'
import { authorize, bearerOf, identify, nobody, type Caller } from './auth.ts'
import { readBody, readFiles, readInput, readQuery } from './body.ts'
import { allowAnyOrigin } from './cors.ts'
import { answerApiError, recordNotFound } from './errors.ts'
import { createApiLimits, type ApiLimits } from './limits.ts'
import { Answer, type Call, type Route } from './route.ts'
import { routes } from './routes.ts'

/** What apps ask elsewhere than below `/api`: the pages of `/oauth/authorize` are for people. */
const elsewhere = [
  ...['/oauth/token', '/oauth/revoke', '/oauth/userinfo'],
  '/.well-known/oauth-authorization-server',
]

/**
 * The Mastodon client API: everything below `/api`, and what belongs to it, as the table says. What is not in it is a
 * 404 as JSON.
 */
export function apiRoutes(ctx: Context): Router {
  const router = express.Router({ caseSensitive: true })
  const limits = createApiLimits()
  const plainBody = readBody([], isMember)
  const places = ['/api', ...elsewhere]
  router.use(places, allowAnyOrigin)
  for (const each of routes) {
    for (const method of [each.method].flat()) {
      const name = method.toLowerCase() as Lowercase<typeof method>
      const body = each.files === undefined ? plainBody : readBody(each.files, isMember)
      router[name](each.path, admit(ctx, limits, each), ...body, serve(ctx, limits, each))
    }
  }
  router.use(places, () => {
    throw recordNotFound()
  })
  router.use(places, answerApiError(ctx))
  return router
}

/** Who calls, by what stands before the body. */
const callers = new WeakMap<Request, Caller>()
const isMember = (request: Request): boolean => callers.get(request)?.viewer !== undefined

/** Whoever shows a token is let in or turned away, and everybody else is counted, before their body is read. */
function admit(ctx: Context, limits: ApiLimits, route: Route): RequestHandler {
  return async (request, response, next) => {
    const bearer = ignoresToken(route) ? undefined : bearerOf(request, readQuery(request))
    if (bearer === undefined) limits.take(networkOf(request), response, ctx.now())
    else callers.set(request, await meet(ctx, limits, route, request, bearer))
    next()
  }
}

const ignoresToken = (route: Route): boolean => route.access === 'anybody' && route.ignoresToken === true
const networkOf = (request: Request): string => clientNetwork(request.ip ?? '')

/**
 * Finds out who calls, counts the request, and sees whether they may.
 * @throws ApiError
 */
async function meet(
  ctx: Context,
  limits: ApiLimits,
  route: Route,
  request: Request,
  bearer: string,
): Promise<Caller> {
  const response = request.res!
  const network = networkOf(request)
  const evenWhen = route.access === 'member' ? route.evenWhen : undefined
  const caller = await identify(ctx, bearer, evenWhen).catch((error: unknown) => {
    limits.take(network, response, ctx.now())
    throw error
  })
  // Apps are given tokens of their own for the asking, so these count by where they are used.
  limits.take(caller.token?.accountId ?? network, response, ctx.now(), route.counts)
  authorize(route, caller)
  return caller
}

/** Who shows their token in the body, or none. @throws ApiError */
async function meetLate(
  ctx: Context,
  limits: ApiLimits,
  route: Route,
  request: Request,
  input: Call['input'],
): Promise<Caller> {
  const bearer = ignoresToken(route) ? undefined : bearerOf({ headers: {} }, input)
  if (bearer !== undefined) return meet(ctx, limits, route, request, bearer)
  authorize(route, nobody)
  return nobody
}

function serve(ctx: Context, limits: ApiLimits, route: Route): RequestHandler {
  return async (request, response) => {
    const input = readInput(request)
    const caller = callers.get(request) ?? (await meetLate(ctx, limits, route, request, input))
    const call = {
      params: readParams(request),
      input,
      files: readFiles(request),
      ...caller,
      request,
      response,
    }
    // The table says whose call a handler takes, and `authorize` has seen to it.
    const handle = route.handle as (ctx: Context, call: Call) => Promise<unknown>
    send(response, await handle(ctx, call))
  }
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
