import { setTimeout as delay } from 'node:timers/promises'
import { Client, escapeIdentifier, type Notification } from 'pg'
import type { Logger } from 'pino'
import { DomainError, messageOf } from '../lib/errors.ts'

export type SessionLock = { readonly classId: number; readonly key: number }

/** Called with each notification's payload, and with undefined after a gap in which some may have been missed. */
export type NotificationHandler = (payload: string | undefined) => void

export type SessionOptions = {
  readonly applicationName: string
  readonly log: Logger
  /** Awaited before each attempt to connect again, not before the first connection. */
  readonly beforeReconnect?: () => Promise<void>
  /** A lock that we held was taken by another process while we were disconnected. */
  readonly onLockLost?: (lock: SessionLock) => void
}

type Backend = { readonly pid: number; readonly since: string }

const maxBackoff = 5_000
const pingInterval = 15_000
const queryTimeout = 20_000

/**
 * Opens one connection of its own, apart from the pool, for what PostgreSQL ties to a connection: advisory locks
 * and LISTEN.
 * @throws whatever `pg` throws when the first connection fails
 */
export async function openSession(connectionString: string, options: SessionOptions): Promise<Session> {
  const session = new Session(connectionString, options)
  await session.connect()
  return session
}

/** A connection that comes back by itself, and then holds its locks and listens to its channels again. */
export class Session {
  readonly #connectionString: string
  readonly #options: SessionOptions
  readonly #locks = new Map<string, SessionLock>()
  readonly #handlers = new Map<string, Set<NotificationHandler>>()
  readonly #closed = new AbortController()
  #client: Client | undefined
  /** `pg` runs one query at a time on a connection: the end of the last one that was asked. */
  #lastQuery: Promise<unknown> = Promise.resolve()
  #backend: Backend | undefined
  #ping: NodeJS.Timeout | undefined

  constructor(connectionString: string, options: SessionOptions) {
    this.#connectionString = connectionString
    this.#options = options
  }

  /** Whether this session now holds the lock, or held it before; never waits for another holder. */
  async tryLock(classId: number, key: number): Promise<boolean> {
    const lock = { classId, key }
    if (this.#locks.has(nameOf(lock))) return true
    const taken = await this.#takeLock(lock)
    if (taken) this.#locks.set(nameOf(lock), lock)
    return taken
  }

  /** Calls the handler for each NOTIFY on that channel from now on. */
  async listen(channel: string, handler: NotificationHandler): Promise<void> {
    const handlers = this.#handlers.get(channel) ?? new Set()
    this.#handlers.set(channel, handlers.add(handler))
    await this.query(`listen ${escapeIdentifier(channel)}`)
  }

  /** @throws DomainError `unavailable` while disconnected */
  async query<Row = unknown>(text: string, values: unknown[] = []): Promise<Row[]> {
    const client = this.#client
    if (client === undefined) throw new DomainError('unavailable', 'The database cannot be reached')
    const result = this.#lastQuery.then(() => client.query(text, values))
    this.#lastQuery = result.catch(() => undefined)
    return (await result).rows as Row[]
  }

  /** Gives up the locks and the connection. */
  async close(): Promise<void> {
    this.#closed.abort()
    clearInterval(this.#ping)
    await this.#lastQuery
    await this.#client?.end()
  }

  /** @internal for `openSession` */
  async connect(): Promise<void> {
    const { ended } = await this.#open()
    void this.#stayConnected(ended)
    this.#ping = setInterval(() => void this.#checkConnection(), pingInterval).unref()
  }

  async #stayConnected(ended: Promise<void>): Promise<void> {
    const { log, applicationName, beforeReconnect } = this.#options
    for (let failures = 0; ; failures++) {
      await ended
      this.#client = undefined
      if (this.#closed.signal.aborted) return
      try {
        await delay(Math.min(100 * 2 ** failures, maxBackoff), undefined, { signal: this.#closed.signal })
        await beforeReconnect?.()
        ended = (await this.#open()).ended
        failures = -1
        log.info(`${applicationName}: connected to the database again`)
      } catch (error) {
        if (!this.#closed.signal.aborted) log.warn(`${applicationName}: no database: ${messageOf(error)}`)
      }
    }
  }

  async #open(): Promise<{ ended: Promise<void> }> {
    this.#closed.signal.throwIfAborted()
    const client = new Client({
      connectionString: this.#connectionString,
      application_name: this.#options.applicationName,
      connectionTimeoutMillis: 5_000,
      query_timeout: queryTimeout,
      keepAlive: true,
    })
    const ended = new Promise<void>((resolve) => client.once('end', resolve))
    client.on('error', (error) =>
      this.#options.log.warn(`${this.#options.applicationName}: ${error.message}`),
    )
    client.on('notification', (notification) => this.#notify(notification))
    await client.connect()
    this.#client = client
    try {
      await this.#restore()
      this.#closed.signal.throwIfAborted()
    } catch (error) {
      await client.end()
      throw error
    }
    return { ended }
  }

  async #restore(): Promise<void> {
    await this.#endFormerBackend()
    for (const lock of this.#locks.values()) {
      if (await this.#takeLock(lock)) continue
      this.#locks.delete(nameOf(lock))
      this.#options.onLockLost?.(lock)
    }
    for (const channel of this.#handlers.keys()) await this.query(`listen ${escapeIdentifier(channel)}`)
    for (const handlers of this.#handlers.values()) for (const handler of handlers) handler(undefined)
  }

  /** After a network break the server may still serve our old connection, which would hold our own locks. */
  async #endFormerBackend(): Promise<void> {
    if (this.#backend) {
      const { pid, since } = this.#backend
      await this.query(
        'select pg_terminate_backend(pid, 5000) from pg_stat_activity where pid = $1 and backend_start::text = $2',
        [pid, since],
      )
    }
    const [backend] = await this.query<Backend>(
      'select pid, backend_start::text as since from pg_stat_activity where pid = pg_backend_pid()',
    )
    this.#backend = backend
  }

  async #takeLock({ classId, key }: SessionLock): Promise<boolean> {
    const [row] = await this.query<{ taken: boolean }>('select pg_try_advisory_lock($1, $2) as taken', [
      classId,
      key,
    ])
    return row?.taken === true
  }

  #notify({ channel, payload }: Notification): void {
    for (const handler of this.#handlers.get(channel) ?? []) handler(payload ?? '')
  }

  /** A peer that vanished without a word is only noticed by asking. */
  async #checkConnection(): Promise<void> {
    const client = this.#client
    if (client) await this.query('select').catch(() => client.end())
  }
}

function nameOf({ classId, key }: SessionLock): string {
  return `${classId}:${key}`
}
