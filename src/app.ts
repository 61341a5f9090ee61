import express, { type Express } from 'express'
import { apiRoutes } from './api/mount.ts'
import type { Streaming } from './api/streaming/start.ts'
import type { Context } from './context.ts'
import { buildFederation } from './federation/build.ts'
import { discoveryRoutes } from './federation/discovery.ts'
import { documentRoutes } from './federation/documents/routes.ts'
import { federationHandler } from './federation/express.ts'
import { createViewers } from './federation/viewers.ts'
import type { Gate } from './federation/inbox/gate.ts'
import { createGateLimits, noGateLimits } from './federation/inbox/limits.ts'
import { inboxRoutes, type InboxEvents } from './federation/inbox/routes.ts'
import { createBlockedHosts } from './federation/remote/blocked-hosts.ts'
import { fetchKeyOwner, type ActorSource } from './federation/remote/fetch-actor.ts'
import { createRemoteKeys } from './federation/remote/remote-keys.ts'
import { answerError, answerNothing, refuseNul } from './errors.ts'
import { sendLive, sendReady } from './health.ts'
import { createBatches } from './lib/batches.ts'
import { sendMetrics } from './metrics.ts'
import { limitPatience } from './patience.ts'
import { insertInboxMessages, type NewInboxMessage } from './store/inbox.ts'
import { lockerRoutes } from './web/lockers.ts'
import { mediaFileRoutes } from './web/media-files.ts'
import { webRoutes } from './web/routes.ts'

/** What arrives at the same time is committed together. */
const arrivalLimits = { maxSize: 32, parallel: 2 }

/** All that answers HTTP, in the order in which a request meets it. */
export function createApp(
  ctx: Context,
  source: ActorSource,
  events: InboxEvents,
  streaming: Pick<Streaming, 'routes'>,
): Express {
  const app = express()
  app.disable('x-powered-by')
  app.set('trust proxy', [...ctx.config.trustedProxies])
  app.set('case sensitive routing', true)

  app.use(refuseNul(ctx))
  app.use(limitPatience())
  app.get('/health', sendReady(ctx))
  app.get('/health/live', sendLive)
  app.get('/health/ready', sendReady(ctx))
  app.get('/metrics', sendMetrics(ctx))

  const keys = createRemoteKeys(ctx.db, (keyId) => fetchKeyOwner(ctx, source, keyId))
  const limits = ctx.config.allowPrivateAddress ? noGateLimits : createGateLimits()
  const arrivals = createBatches<NewInboxMessage>((all) => insertInboxMessages(ctx.db, all), arrivalLimits)
  const gate: Gate = { ctx, keys, limits, blockedHosts: createBlockedHosts(ctx.db), arrivals }
  const viewers = createViewers(ctx, gate)
  app.use(inboxRoutes(gate, events))
  app.use(discoveryRoutes(ctx))
  app.use(mediaFileRoutes(ctx))
  app.use(lockerRoutes(ctx))
  app.use(streaming.routes)
  app.use(apiRoutes(ctx))
  app.use(documentRoutes(ctx, viewers))
  app.use(federationHandler(buildFederation(ctx), ctx))
  app.use(webRoutes(ctx))

  app.use(answerNothing(ctx))
  app.use(answerError(ctx))
  return app
}
