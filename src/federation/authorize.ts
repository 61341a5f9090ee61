import type { RequestHandler } from 'express'
import { isRefusal, refuse } from './inbox/refusal.ts'
import { sendRefusal } from './send-refusal.ts'
import type { Viewers } from './viewers.ts'

/**
 * With AUTHORIZED_FETCH, ActivityPub documents go to those only who say who they are and are not blocked. Pages for
 * people, discovery and the instance's own actor stay open.
 */
export function requireSigner(viewers: Viewers): RequestHandler {
  return async (request, response, next) => {
    const isDocument =
      request.accepts(['text/html', 'application/activity+json', 'application/ld+json']) !== 'text/html'
    if (!isDocument || request.method === 'POST') return next()
    const viewer = await viewers.viewerOf(request)
    if (viewer !== undefined && !isRefusal(viewer)) {
      response.locals['audience'] = 'signer'
      return next()
    }
    sendRefusal(
      response.vary('Signature'),
      viewer ?? refuse(401, 'This server answers signed requests only.'),
    )
  }
}
