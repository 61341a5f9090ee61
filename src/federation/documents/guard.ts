import express, { type RequestHandler, type Router } from 'express'
import type { Context } from '../../context.ts'
import { findAccount } from '../../store/actors.ts'
import { hasBlocks, isBlocking } from '../../store/blocks.ts'
import { isRefusal, refuse } from '../inbox/refusal.ts'
import { wantsDocument } from '../negotiate.ts'
import { sendRefusal } from '../send-refusal.ts'
import type { Viewers } from '../viewers.ts'

/**
 * Who may have the documents below `/users/`, decided once and before any of them is made: mounted in front of all that
 * serves them, it covers also what is added later. Pages for people, discovery and the instance's own actor are not here.
 */
export function guardDocuments(ctx: Context, viewers: Viewers): Router {
  const router = express.Router({ caseSensitive: true, strict: true })
  if (ctx.config.authorizedFetch) router.get(/^\/users\//, requireSigner(viewers))
  router.get('/users/:name/*rest', turnAwayBlocked(ctx, viewers))
  return router
}

/** With AUTHORIZED_FETCH, ActivityPub documents go to those only who say who they are and are not blocked. */
function requireSigner(viewers: Viewers): RequestHandler {
  return async (request, response, next) => {
    if (!wantsDocument(request)) return next()
    response.locals['audience'] = 'signer'
    const viewer = await viewers.viewerOf(request, response)
    if (viewer !== undefined && !isRefusal(viewer)) return next()
    sendRefusal(response, viewer ?? refuse(401, 'This server answers signed requests only.'))
  }
}

/**
 * For whom an account blocks, nothing of it is there but the actor document itself, which holds the key that everybody
 * needs to check what the account says. A signature is looked into only where it can make a difference: where it names a
 * key of a blocked server, and where the account blocks anybody.
 */
function turnAwayBlocked(ctx: Context, viewers: Viewers): RequestHandler {
  return async (request, response, next) => {
    if (request.headers['signature'] === undefined) return next()
    response.vary('Signature')
    if (await viewers.claimsBlockedHost(request))
      return sendRefusal(response, refuse(403, 'This server is blocked here.'))
    const account = await findAccount(ctx.db, String(request.params['name']))
    if (account === undefined || !(await hasBlocks(ctx.db, account.id))) return next()
    response.locals['audience'] = 'signer'
    const viewer = await viewers.viewerOf(request, response)
    const isKnown = viewer !== undefined && !isRefusal(viewer)
    if (isKnown && (await isBlocking(ctx.db, account.id, viewer.actorId)))
      return sendRefusal(response, refuse(404, 'There is nothing here.'))
    next()
  }
}
