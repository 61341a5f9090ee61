import { createServer, type Server } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { startStreaming } from './api/streaming/start.ts'
import { isStreamingUpgrade } from './api/streaming/websocket.ts'
import { createApp } from './app.ts'
import { bootstrap, type App } from './bootstrap.ts'
import type { Config } from './config.ts'
import { startIndexing } from './domain/search/index-words.ts'
import { DeliveryWorker } from './federation/delivery/worker.ts'
import type { InboxEvents } from './federation/inbox/routes.ts'
import { takeHint } from './federation/inbox/relayed.ts'
import { InboxWorker } from './federation/inbox/worker.ts'
import { startUpkeep } from './jobs/upkeep.ts'
import { startJobs } from './jobs/worker.ts'
import { createBatches } from './lib/batches.ts'
import { OperatorError } from './lib/errors.ts'
import { longestMs } from './patience.ts'
import { releaseAllLeases } from './store/upkeep.ts'
import { hasAnyUser } from './store/users.ts'

/** Connections stay longer than any proxy keeps them. What is no file has less time than this: see `limitPatience`. */
const timeouts = { keepAliveTimeout: 75_000, headersTimeout: 15_000, requestTimeout: longestMs } as const

/** A connection on which nothing has moved for so long is ended, whoever should have read or written. Streams are exempt. */
const stuckMs = 150_000

/**
 * Runs the server until the signal says stop: then it finishes what is in hand and returns.
 * @throws OperatorError in one sentence when it cannot start
 */
export async function serve(config: Config, signal: AbortSignal): Promise<void> {
  const lost = new AbortController()
  const onLost = (): void =>
    lost.abort(new OperatorError("Another process took this one's place: start it again."))
  await using app = await bootstrap(config, { serve: true, onLost })
  await using running = new AsyncDisposableStack()
  if (config.roles.includes('worker')) await startWorkers(app, running)
  if (config.roles.includes('web')) await startWeb(app, running)
  await greet(app)
  await untilAborted(AbortSignal.any([signal, lost.signal]))
  app.ctx.log.info('Stopping')
  lost.signal.throwIfAborted()
}

async function startWorkers(app: App, running: AsyncDisposableStack): Promise<void> {
  const { ctx, session, source } = app
  // Nobody else serves from an embedded database: whatever is leased there was leased by a server that died.
  if (ctx.config.databaseUrl === undefined) await releaseAllLeases(ctx.db)
  const deliveries = new DeliveryWorker(ctx)
  const inbox = new InboxWorker(ctx, source.loaders)
  await session.listen('deliveries', () => deliveries.wake())
  await session.listen('inbox', () => inbox.wake())
  running.adopt(deliveries, (it) => it.stop()).start()
  running.adopt(inbox, (it) => it.stop()).start()
  running.adopt(startUpkeep(ctx), (it) => it.stop())
  running.adopt(startIndexing(ctx), (it) => it.stop())
  await startJobs(ctx, app.jobs)
}

async function startWeb(app: App, running: AsyncDisposableStack): Promise<void> {
  const { ctx, source, session } = app
  const streaming = await startStreaming(ctx, session)
  const wakeInbox = createWaker(app)
  const events: InboxEvents = { onStored: wakeInbox, onHint: (hint) => takeHint(ctx, hint) }
  const handler = createApp(ctx, source, events, streaming)
  const options = { ...timeouts, maxHeaderSize: 16_384, shouldUpgradeCallback: isStreamingUpgrade }
  const server = createServer(options, handler)
  streaming.attach(server, handler)
  server.maxHeadersCount = 100
  server.setTimeout(stuckMs)
  await listen(server, ctx.config)
  running.defer(() => close(server))
  running.defer(() => streaming.stop())
}

/** Tells the workers, here or in another process, that something arrived: at once, but fifty times a second at most. */
function createWaker({ session, ctx }: App): () => void {
  const calls = createBatches(
    async () => {
      await session
        .query("select pg_notify('inbox', '')")
        .catch((error: unknown) => ctx.log.debug({ err: error }, 'The workers will look by themselves'))
      await delay(20)
    },
    { maxSize: Infinity, parallel: 1 },
  )
  return () => void calls.add(undefined)
}

async function listen(server: Server, { port, host }: Config): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(explainListenError(error, port, host)))
    server.listen(port, host, resolve)
  })
}

function explainListenError(error: NodeJS.ErrnoException, port: number, host: string): Error {
  if (error.code === 'EADDRINUSE')
    return new OperatorError(`Port ${port} is taken: stop what uses it, or set PORT.`)
  if (error.code === 'EACCES')
    return new OperatorError(`Port ${port} may not be used by this user: set PORT above 1023.`)
  return new OperatorError(`Cannot listen on ${host}:${port}: ${error.message}`)
}

async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  server.closeIdleConnections()
  const force = setTimeout(() => server.closeAllConnections(), 5000)
  await closed
  clearTimeout(force)
}

/** What an operator needs to know, on one screen. */
async function greet({ ctx }: App): Promise<void> {
  const { origin, version, dataDir, databaseUrl, roles } = ctx.config
  ctx.log.info(`Holdfast ${version} is ready at ${origin} (${roles.join(', ')})`)
  ctx.log.info(
    databaseUrl === undefined
      ? `Everything is kept in ${dataDir}`
      : 'The database is where DATABASE_URL says',
  )
  if (await hasAnyUser(ctx.db)) return
  ctx.log.info('Nobody lives here yet. In another terminal, in this directory, make the first account:')
  ctx.log.info('  npx holdfast account create NAME --email YOU@EXAMPLE.ORG --role owner')
}

async function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}
