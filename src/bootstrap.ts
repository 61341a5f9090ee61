import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { PgBoss } from 'pg-boss'
import type { Config } from './config.ts'
import type { Context } from './context.ts'
import { connect } from './db/connect.ts'
import { openEmbedded } from './db/embedded/open-embedded.ts'
import { migrateToLatest } from './db/migrate.ts'
import { openSession, type Session, type SessionLock } from './db/session.ts'
import { ensureInstance } from './domain/instance/ensure-instance.ts'
import { ownDocuments } from './federation/own-documents.ts'
import { createRemoteWorld } from './federation/remote/world.ts'
import { createSignedGet } from './federation/remote/signed-get.ts'
import { createContextLoader } from './federation/loaders.ts'
import type { ActorSource } from './federation/remote/fetch-actor.ts'
import { openQueue } from './jobs/open-queue.ts'
import { prepareDataDir, readOrCreateSecret } from './lib/data-dir.ts'
import { OperatorError } from './lib/errors.ts'
import { createIdGenerator, nodeCount } from './lib/ids.ts'
import { createKeyring } from './lib/keyring.ts'
import { createLogger } from './lib/log.ts'
import { createPictures } from './lib/pictures/pictures.ts'
import { openStorage } from './lib/storage/open-storage.ts'
import { createMailer } from './lib/mailer.ts'
import { prepareScratchDir } from './lib/scratch-dir.ts'
import { createGuardedFetch, type GuardedClient } from './lib/safe-fetch.ts'
import { installGuardedGlobalFetch } from './lib/safe-fetch/global-fetch.ts'

/** A process of Holdfast, ready to do something; nothing runs in it yet. */
export type App = AsyncDisposable & {
  readonly ctx: Context
  readonly jobs: PgBoss
  /** A connection of its own for locks and notifications. */
  readonly session: Session
  /** How other servers' documents are had. */
  readonly source: ActorSource
  close(): Promise<void>
}

export type Purpose = {
  /** `serve` works on jobs and has the database to itself where that is the embedded one. */
  readonly serve?: boolean
  /** The number that made this process's ids unique was lost to another process: it must end. */
  readonly onLost?: (lock: SessionLock) => void
  /** In place of the one that writes to standard error. */
  readonly log?: Context['log']
}

/** Advisory locks: one server on an embedded database, and one process for each number that ids are made with. */
const locks = { server: 4801, node: 4802 } as const

/**
 * The composition root: everything that a process needs, in the order in which it is needed, and closed again in the
 * other order.
 * @throws OperatorError in one sentence when something is not as it must be
 */
export async function bootstrap(config: Config, purpose: Purpose = {}): Promise<App> {
  await using parts = new AsyncDisposableStack()
  const log = purpose.log ?? createLogger({ level: config.logLevel, pretty: process.stderr.isTTY })
  await prepareDataDir(config.dataDir)
  if (purpose.serve === true) await prepareScratchDir(config.dataDir, new Date())
  const connectionString = await openDatabase(config, log, parts)
  const applicationName = purpose.serve === true ? 'holdfast server' : 'holdfast command'
  const poolSize = purpose.serve === true ? 20 : 4
  const connection = parts.adopt(await connect({ connectionString, poolSize, applicationName, log }), (it) =>
    it.close(),
  )
  const { db } = connection
  await migrateToLatest(db)
  const session = await openLockSession(connectionString, log, purpose)
  parts.adopt(session, (it) => it.close())
  if (purpose.serve === true && config.databaseUrl === undefined) await claimServer(session, config)
  const jobs = await openQueue({ connectionString, log, works: purpose.serve === true })
  parts.adopt(jobs, (it) => it.stop({ timeout: 10_000 }))
  const fetch = parts.use(createFetch(config))
  parts.defer(installGuardedGlobalFetch(fetch))

  const root = await readOrCreateSecret(config.secretFile, () => `${randomBytes(32).toString('base64url')}\n`)
  const base = {
    config,
    db,
    log,
    now: () => new Date(),
    newId: createIdGenerator(await claimNode(session)),
    fetch,
    keyring: createKeyring(decodeSecret(root, config)),
    mailer: createMailer(mailSettings(config), log),
    jobs,
    storage: parts.adopt(openStorage(config.mediaUrl), (it) => it.close()),
    pictures: parts.adopt(createPictures(), (it) => it.close()),
    documents: ownDocuments,
  }
  const contextLoader = createContextLoader(base)
  const source = { get: createSignedGet(base), loaders: { contextLoader } }
  const ctx: Context = { ...base, remote: createRemoteWorld(() => ctx, source) }
  await ensureInstance(ctx)
  const owned = parts.move()
  const close = () => owned.disposeAsync()
  return { ctx, jobs, session, source, close, [Symbol.asyncDispose]: close }
}

async function openDatabase(
  config: Config,
  log: Context['log'],
  parts: AsyncDisposableStack,
): Promise<string> {
  if (config.databaseUrl !== undefined) return config.databaseUrl
  const embedded = await openEmbedded({ dataDir: config.dataDir, log })
  parts.defer(() => embedded.close())
  return embedded.connectionString
}

function openLockSession(connectionString: string, log: Context['log'], purpose: Purpose): Promise<Session> {
  const { onLost } = purpose
  return openSession(connectionString, {
    applicationName: 'holdfast session',
    log,
    ...(onLost && { onLockLost: onLost }),
  })
}

async function claimServer(session: Session, config: Config): Promise<void> {
  if (await session.tryLock(locks.server, 0)) return
  throw new OperatorError(
    `Another Holdfast server runs on ${config.dataDir} already: stop it, or give this one a DATA_DIR of its own.`,
  )
}

async function claimNode(session: Session): Promise<number> {
  for (let node = 0; node < nodeCount; node++) if (await session.tryLock(locks.node, node)) return node
  throw new OperatorError(`More than ${nodeCount} processes use this database: stop some of them.`)
}

function mailSettings({ smtpUrl, mailFrom: from, dataDir }: Config) {
  return { smtpUrl, from, directory: join(dataDir, 'mail') }
}

function createFetch(config: Config): GuardedClient {
  const { allowPrivateAddress, outboundProxy, version, origin } = config
  return createGuardedFetch({
    allowPrivateAddress,
    outboundProxy,
    userAgent: `Holdfast/${version} (+${origin})`,
  })
}

function decodeSecret(text: string, config: Config): Buffer {
  const secret = Buffer.from(text.trim(), 'base64url')
  if (secret.length >= 32) return secret
  throw new OperatorError(
    `${config.secretFile} is not a root secret: it must hold at least 32 bytes in base64url.`,
  )
}
