import express, { type RequestHandler, type Router } from 'express'
import type { Context } from '../../context.ts'
import { instanceUsername } from '../../domain/accounts/addresses.ts'
import { DomainError } from '../../lib/errors.ts'
import { findAccount } from '../../store/actors.ts'
import { listCurrentKeys } from '../../store/keys.ts'
import { sendDocument } from '../send-document.ts'
import { writeActor } from '../vocab/write-actor.ts'
import { plainContext } from '../vocab/write-contexts.ts'

/** Who signs when the instance itself asks: always open, since others need it to check that signature. */
export function instanceActorRoutes(ctx: Context): Router {
  const router = express.Router({ caseSensitive: true, strict: true })
  router.get('/actor', async (_request, response) => {
    const actor = await findAccount(ctx.db, instanceUsername)
    if (actor === undefined) throw new DomainError('unavailable', 'The instance is not set up yet.')
    sendDocument(response, writeActor(ctx.config, actor, await listCurrentKeys(ctx.db, actor.id)))
  })
  const collections = ['outbox', 'followers', 'following', 'collections/featured', 'collections/tags']
  router.get(
    collections.map((name) => `/actor/${name}`),
    sendNothing(ctx),
  )
  return router
}

/** The instance says nothing and follows nobody, but its document names the places where it would. */
function sendNothing({ config }: Context): RequestHandler {
  return (request, response) => {
    const id = config.origin + request.path
    const document = {
      '@context': plainContext,
      id,
      type: 'OrderedCollection',
      totalItems: 0,
      orderedItems: [],
    }
    sendDocument(response, document)
  }
}
