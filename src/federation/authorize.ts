import type { RequestHandler } from 'express'
import { isRefusal, refuse } from './inbox/refusal.ts'
import { wantsDocument } from './negotiate.ts'
import { sendRefusal } from './send-refusal.ts'
import type { Viewers } from './viewers.ts'

/**
 * With AUTHORIZED_FETCH, ActivityPub documents go to those only who say who they are and are not blocked. Pages for
 * people, discovery and the instance's own actor stay open.
 */
export function requireSigner(viewers: Viewers): RequestHandler {
  return async (request, response, next) => {
    if (!wantsDocument(request)) return next()
    response.locals['audience'] = 'signer'
    const viewer = await viewers.viewerOf(request, response)
    if (viewer !== undefined && !isRefusal(viewer)) return next()
    sendRefusal(response, viewer ?? refuse(401, 'This server answers signed requests only.'))
  }
}
