import type { Federation } from '@fedify/fedify'
import type { Request as ExpressRequest, RequestHandler, Response as ExpressResponse } from 'express'
import type { Context } from '../context.ts'
import { sendDocument } from './send-document.ts'

/**
 * Puts Fedify in front of the pages. It gets GET and HEAD requests only, under the origin that we are configured with,
 * whatever the request claims; what it does not know, or cannot show in the form that is asked for, goes on to the
 * next handler.
 */
export function federationHandler(federation: Federation<Context>, ctx: Context): RequestHandler {
  return async (request, response, next) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return next()
    const asked = toRequest(request, ctx.config.origin)
    if (asked === undefined) return next()
    let passed = false
    const pass = () => {
      passed = true
      return new Response(null, { status: 404 })
    }
    const answer = await federation.fetch(asked, {
      contextData: ctx,
      onNotFound: pass,
      onNotAcceptable: pass,
    })
    if (passed) next()
    else await send(answer, request, response)
  }
}

/** @returns undefined for a request target that is no path on our origin */
function toRequest(request: ExpressRequest, origin: string): Request | undefined {
  const url = request.originalUrl.startsWith('/') ? URL.parse(origin + request.originalUrl) : null
  if (url === null || url.origin !== origin) return undefined
  const accept = request.headers.accept ?? '*/*'
  return new Request(url, { method: 'GET', headers: { accept } })
}

async function send(answer: Response, request: ExpressRequest, response: ExpressResponse): Promise<void> {
  const type = answer.headers.get('content-type') ?? ''
  if (answer.ok && /json/.test(type))
    return sendDocument(request, response, (await answer.json()) as object, type)
  response.status(answer.status)
  for (const name of ['content-type', 'location', 'link']) {
    const value = answer.headers.get(name)
    if (value !== null) response.set(name, value)
  }
  response.send(Buffer.from(await answer.arrayBuffer()))
}
