import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { startStreaming, type Streaming } from '../../src/api/streaming/start.ts'
import { isStreamingUpgrade } from '../../src/api/streaming/websocket.ts'
import { createApp } from '../../src/app.ts'
import { bootstrap, type App, type Purpose } from '../../src/bootstrap.ts'
import { loadConfig } from '../../src/config.ts'
import type { Context } from '../../src/context.ts'
import { DeliveryWorker } from '../../src/federation/delivery/worker.ts'
import type { InboxEvents } from '../../src/federation/inbox/routes.ts'
import { takeHint } from '../../src/federation/inbox/relayed.ts'
import { InboxWorker } from '../../src/federation/inbox/worker.ts'
import { createContextLoader } from '../../src/federation/loaders.ts'
import { createSignedGet } from '../../src/federation/remote/signed-get.ts'
import { createRemoteWorld } from '../../src/federation/remote/world.ts'
import { startJobs } from '../../src/jobs/worker.ts'
import { longestMs } from '../../src/patience.ts'
import { watchAnswers } from '../contract/watch.ts'
import { freePort } from './free-port.ts'
import { createTestDatabase } from './postgres.ts'
import { until } from './until.ts'

export type ServerOptions = {
  readonly env?: Readonly<Record<string, string>>
  /** Of another server that shares its work: then also its `ORIGIN` must be given. */
  readonly connectionString?: string
  /** In place of the program's own, to see and to steer what it does. */
  readonly parts?: Partial<Pick<Context, 'fetch' | 'now'>>
  /** Where everything is logged to; nowhere unless given. */
  readonly log?: Context['log']
}

/** Our whole server in this process: HTTP, workers and all, on a database of its own. */
export type TestServer = AsyncDisposable & {
  readonly ctx: Context
  readonly app: App
  readonly streaming: Streaming
  readonly origin: string
  readonly port: number
  readonly connectionString: string
  /** Waits until everything that arrived has been acted on, and everything that follows from it by now has been tried. */
  settle(): Promise<void>
}

export async function startServer(options: ServerOptions = {}): Promise<TestServer> {
  await using parts = new AsyncDisposableStack()
  const port = await freePort()
  const dataDir = await mkdtemp(join(tmpdir(), 'holdfast-test-'))
  parts.defer(() => rm(dataDir, { recursive: true }))
  const connectionString = options.connectionString ?? (await ownDatabase(parts))
  const surroundings = { DATABASE_URL: connectionString, DATA_DIR: dataDir, PORT: String(port) }
  const settings = { ...surroundings, LOG_LEVEL: 'silent', ...options.env }
  const { fetch } = globalThis
  const app = parts.use(await bootstrap(loadConfig(settings), purposeOf(options)))
  globalThis.fetch = fetch
  const { ctx, source } = withParts(app, options.parts ?? {})

  const inbox = new InboxWorker(ctx, source.loaders)
  const deliveries = new DeliveryWorker(ctx)
  await app.session.listen('deliveries', () => deliveries.wake())
  await startJobs(ctx, app.jobs)
  parts.adopt(inbox, (it) => it.stop()).start()
  parts.adopt(deliveries, (it) => it.stop()).start()
  const streaming = await startStreaming(ctx, app.session)
  const events: InboxEvents = { onStored: () => inbox.wake(), onHint: (hint) => takeHint(ctx, hint) }
  const handler = createApp(ctx, source, events, streaming)
  const watch = watchAnswers(handler)
  parts.defer(() => watch.assertKept())
  const limits = {
    requestTimeout: longestMs,
    maxHeaderSize: 16_384,
    shouldUpgradeCallback: isStreamingUpgrade,
  }
  const server = createServer(limits, watch.handler)
  streaming.attach(server, handler)
  server.listen(port, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  parts.defer(async () => {
    await streaming.stop()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  const owned = parts.move()
  return {
    ctx,
    app,
    streaming,
    connectionString,
    origin: ctx.config.origin,
    port: (server.address() as AddressInfo).port,
    settle: () => settle(ctx),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

function purposeOf({ log }: ServerOptions): Purpose {
  return { serve: true, ...(log && { log }) }
}

async function ownDatabase(parts: AsyncDisposableStack): Promise<string> {
  const database = await createTestDatabase()
  parts.defer(() => database.drop())
  return database.connectionString
}

function withParts(app: App, changes: Partial<Context>): Pick<App, 'ctx' | 'source'> {
  if (Object.keys(changes).length === 0) return app
  const base = { ...app.ctx, ...changes }
  const source = { get: createSignedGet(base), loaders: { contextLoader: createContextLoader(base) } }
  const ctx: Context = { ...base, remote: createRemoteWorld(() => ctx, source) }
  return { ctx, source }
}

async function settle({ db }: Context): Promise<void> {
  const isSettled = async () => {
    const { rows } = await sql<{ open: boolean }>`
      select exists (select from inbox_messages where dead_at is null and attempts = 0)
        or exists (select from pgboss.job where name not like '\\_\\_%' and state in ('created', 'active')
          and start_after <= now())
        or exists (select from deliveries where state = 'pending' and attempts = 0) as open`.execute(db)
    return rows[0]?.open === false
  }
  await until('everything to be acted on', isSettled, { seconds: 90 })
}
