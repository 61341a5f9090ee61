import express, { type Router } from 'express'
import type { Context } from '../../context.ts'
import type { Viewers } from '../viewers.ts'
import { featuredRoutes } from './featured.ts'
import { followersRoutes } from './followers.ts'
import { goneRoutes } from './gone.ts'
import { guardDocuments } from './guard.ts'
import { instanceActorRoutes } from './instance-actor.ts'
import { postRoutes } from './posts.ts'
import { quoteRoutes } from './quotes.ts'
import { threadRoutes } from './threads.ts'

/**
 * The documents that we write ourselves, in the order in which a request meets them: what stands before the guard is
 * there for everybody, also for those whom nothing else is served. Actors and their collections come after these.
 */
export function documentRoutes(ctx: Context, viewers: Viewers): Router {
  const router = express.Router({ caseSensitive: true })
  router.use(instanceActorRoutes(ctx))
  router.use(goneRoutes(ctx))
  router.use(guardDocuments(ctx, viewers))
  router.use(followersRoutes(ctx, viewers))
  router.use(postRoutes(ctx, viewers))
  router.use(quoteRoutes(ctx))
  router.use(threadRoutes(ctx))
  router.use(featuredRoutes(ctx))
  return router
}
