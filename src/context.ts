import type { Kysely, Transaction } from 'kysely'
import type { Logger } from 'pino'
import type { Config } from './config.ts'
import type { DB } from './db/schema.ts'
import type { GuardedFetch } from './lib/safe-fetch.ts'
import type { Keyring } from './lib/keyring.ts'
import type { Pictures } from './lib/pictures/pictures.ts'
import type { MediaStorage } from './lib/storage/storage.ts'
import type { Mailer } from './lib/mailer.ts'
import type { JobQueue } from './store/jobs.ts'
import type { OwnDocuments } from './domain/documents/own-documents.ts'
import type { RemoteWorld } from './domain/remote/remote-world.ts'

/** Anything that can run a query; a function that must be atomic asks for a `Tx` instead. */
export type Db = Kysely<DB>
export type Tx = Transaction<DB>

/**
 * What every use case is given: made once per process by `bootstrap.ts`, read-only, replaced as a whole in
 * tests. Holds nothing that belongs to one request.
 */
export type Context = {
  readonly config: Config
  readonly db: Db
  readonly log: Logger
  readonly now: () => Date
  /** A new 64-bit snowflake, as a decimal string; for something that happened earlier, one of that moment. */
  readonly newId: (at?: Date) => string
  /** The one way out of this process for addresses that somebody else chose. */
  readonly fetch: GuardedFetch
  /** Wraps secrets for rest with the root secret. */
  readonly keyring: Keyring
  /** How mail leaves; use cases enqueue theirs with `sendMail` instead. */
  readonly mailer: Mailer
  /** After-effects, enqueued in the transaction of what causes them. */
  readonly jobs: JobQueue
  /** The files of what members upload. */
  readonly storage: MediaStorage
  /** Draws pictures, in a process of its own. */
  readonly pictures: Pictures
  /** What other servers say, asked and remembered. */
  readonly remote: RemoteWorld
  /** How what is ours looks to other servers. */
  readonly documents: OwnDocuments
}

export type TxContext = Omit<Context, 'db'> & { readonly db: Tx }
