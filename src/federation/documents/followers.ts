import express, { type Router } from 'express'
import type { Context } from '../../context.ts'
import { actorUri } from '../../domain/accounts/addresses.ts'
import { DomainError } from '../../lib/errors.ts'
import { findAccount, findActor } from '../../store/actors.ts'
import { listFollowersThere } from '../../store/followers-sync.ts'
import { maxListedFollowers } from '../delivery/followers-digests.ts'
import { isRefusal, refuse } from '../inbox/refusal.ts'
import { sendDocument } from '../send-document.ts'
import { sendRefusal } from '../send-refusal.ts'
import type { Viewers } from '../viewers.ts'
import { plainContext } from '../vocab/write-contexts.ts'

/**
 * Who follows an account from the server that asks, and nobody else: https://codeberg.org/fediverse/fep/src/branch/main/fep/8fcf/fep-8fcf.md
 * All of them or, where they are too many, none: a list that was cut would end follows.
 */
export function followersRoutes(ctx: Context, viewers: Viewers): Router {
  const router = express.Router({ caseSensitive: true, strict: true })
  router.get('/users/:name/followers_synchronization', async (request, response) => {
    response.locals['audience'] = 'signer'
    const viewer = await viewers.viewerOf(request, response)
    const signer =
      viewer === undefined || isRefusal(viewer) ? undefined : await findActor(ctx.db, viewer.actorId)
    if (viewer === undefined || isRefusal(viewer) || signer?.uri == null)
      return sendRefusal(response, refusalOf(viewer))
    const { name } = request.params
    const account = await findAccount(ctx.db, String(name))
    if (account?.username !== name || account.type === 'Application')
      throw new DomainError('not_found', 'There is no such account.')
    const { origin } = new URL(signer.uri)
    const ids = await listFollowersThere(ctx.db, account.id, origin, maxListedFollowers + 1)
    if (ids.length > maxListedFollowers) throw new DomainError('not_found', 'These are too many to list.')
    const id = `${actorUri(ctx.config, account)}/followers_synchronization`
    const list = { totalItems: ids.length, orderedItems: ids }
    sendDocument(response, { '@context': plainContext, id, type: 'OrderedCollection', ...list })
  })
  return router
}

function refusalOf(viewer: Awaited<ReturnType<Viewers['viewerOf']>>) {
  return viewer !== undefined && isRefusal(viewer)
    ? viewer
    : refuse(401, 'Sign the request: this list holds the followers on your server.')
}
