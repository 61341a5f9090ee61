import type { Request, RequestHandler } from 'express'
import { renderHtml, type Html } from './html.ts'
import type { Reader } from './posts.ts'
import type { Redirect } from './redirect.ts'

/** Pages are the same for everybody, so others may keep them for a short while. */
const shortly = 'public, max-age=60'

type PageMaker = (ctx: Reader, request: Request) => Promise<Html | Redirect>

export function show(ctx: Reader, makePage: PageMaker): RequestHandler {
  return async (request, response) => {
    const answer = await makePage(ctx, request)
    response.set('Cache-Control', shortly)
    if ('location' in answer) response.redirect(answer.location)
    else response.type('html').send(renderHtml(answer))
  }
}

/** The id of an actor or a post, looked at by a person: whoever wants the document itself is not for us. */
export function leadToPage(...names: readonly string[]): RequestHandler {
  return (request, response, next) => {
    if (request.accepts(['html', 'application/activity+json', 'application/ld+json']) !== 'html')
      return next()
    const segments = names.map((name) => encodeURIComponent(String(request.params[name])))
    response.set('Cache-Control', shortly).redirect(`/@${segments.join('/')}`)
  }
}

const robots = `User-agent: *
Disallow: /api/
Disallow: /oauth/
`

export const sendRobots: RequestHandler = (_request, response) => {
  response.set('Cache-Control', 'public, max-age=86400').type('text/plain').send(robots)
}
