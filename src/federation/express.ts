import type { Federation } from '@fedify/fedify'
import type { Request as ExpressRequest, RequestHandler, Response as ExpressResponse } from 'express'
import type { Context } from '../context.ts'
import { wantsDocument } from './negotiate.ts'
import { activityType, sendDocument } from './send-document.ts'

/**
 * Puts Fedify in front of the pages. It gets GET and HEAD requests only, under the origin that we are configured with,
 * whatever the request claims, and is asked for documents only, once we have decided that one is wanted; what it does
 * not know goes on to the next handler.
 */
export function federationHandler(federation: Federation<Context>, ctx: Context): RequestHandler {
  return async (request, response, next) => {
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
    else await send(answer, response)
  }
}

type Json = Record<string, unknown>

const discovery = /^\/(\.well-known|nodeinfo)\//

/**
 * @returns undefined for what is not Fedify's: a target that is no path of ours in its plainest spelling, a page, or
 *   another method than GET and HEAD
 */
function toRequest(request: ExpressRequest, origin: string): Request | undefined {
  const { method, originalUrl } = request
  const [path = ''] = originalUrl.split('?', 1)
  const url = path.startsWith('/') ? URL.parse(origin + originalUrl) : null
  if (!['GET', 'HEAD'].includes(method) || url?.origin !== origin || url.pathname !== path) return undefined
  if (!discovery.test(path) && !wantsDocument(request)) return undefined
  return new Request(url, { headers: { accept: activityType } })
}

async function send(answer: Response, response: ExpressResponse): Promise<void> {
  const type = answer.headers.get('content-type') ?? ''
  if (answer.ok && /json/.test(type)) {
    sendDocument(response, withItems((await answer.json()) as Json), { type })
    return
  }
  response.status(answer.status).set('Cache-Control', 'no-store')
  if (type !== '') response.set('Content-Type', type)
  response.send(Buffer.from(await answer.arrayBuffer()))
}

/** Fedify leaves out a list that is empty; others take its absence for a fault. */
function withItems(document: Json): Json {
  const isWhole = String(document['type']).startsWith('OrderedCollection') && !('first' in document)
  return isWhole ? { orderedItems: [], ...document } : document
}
