import { CamelCasePlugin, Kysely, PostgresDialect } from 'kysely'
import { Pool } from 'pg'
import type { Logger } from 'pino'
import { OperatorError } from '../lib/errors.ts'
import { explainConnectionError } from './explain-connection-error.ts'
import { preparing } from './prepared.ts'
import type { DB } from './schema.ts'

export type Connection = {
  readonly db: Kysely<DB>
  readonly pool: Pool
  close(): Promise<void>
}

type Options = {
  readonly connectionString: string
  readonly poolSize: number
  /** How PostgreSQL lists our connections in `pg_stat_activity`. */
  readonly applicationName: string
  readonly log: Logger
  /** Milliseconds after which PostgreSQL cancels a statement; 60 s unless given. */
  readonly statementTimeout?: number
  /** Milliseconds after which PostgreSQL ends a transaction that does nothing; 30 s unless given. */
  readonly idleInTransactionTimeout?: number
}

const oldestVersion = 15

/**
 * Opens the pool that all queries run on. bigint columns are read as decimal strings, jsonb as values whose
 * keys stay as they are. The pool outlives restarts of PostgreSQL: queries fail meanwhile, then work again.
 * @throws OperatorError when the database cannot be reached or is older than PostgreSQL 15
 */
export async function connect(options: Options): Promise<Connection> {
  const pool = openPool(options)
  try {
    await checkVersion(pool, options.connectionString)
  } catch (error) {
    await pool.end()
    throw error
  }
  const db = new Kysely<DB>({
    dialect: new PostgresDialect({ pool: preparing(pool) }),
    plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
  })
  // Not `db.destroy()`: it forgets the pool as long as Kysely itself has run no query.
  return { db, pool, close: () => pool.end() }
}

function openPool(options: Options): Pool {
  const pool = new Pool({
    connectionString: options.connectionString,
    max: options.poolSize,
    application_name: options.applicationName,
    statement_timeout: options.statementTimeout ?? 60_000,
    idle_in_transaction_session_timeout: options.idleInTransactionTimeout ?? 30_000,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 300_000,
    keepAlive: true,
  })
  const report = (error: Error) => options.log.warn(`Lost a connection to the database: ${error.message}`)
  pool.on('error', report)
  // The pool watches idle clients only; one that breaks while lent out would end the process.
  pool.on('connect', (client) => client.on('error', () => undefined))
  return pool
}

async function checkVersion(pool: Pool, connectionString: string): Promise<void> {
  const version = await readVersion(pool).catch((error: unknown) => {
    throw explainConnectionError(connectionString, error)
  })
  if (version.number >= oldestVersion * 10_000) return
  throw new OperatorError(
    `The database server is PostgreSQL ${version.text}, and Holdfast needs ${oldestVersion} or later: upgrade it, ` +
      'or leave DATABASE_URL away to use the embedded one',
  )
}

async function readVersion(pool: Pool): Promise<{ number: number; text: string }> {
  const { rows } = await pool.query<{ number: number; text: string }>(
    `select current_setting('server_version_num')::int as number, current_setting('server_version') as text`,
  )
  const [version] = rows
  if (version === undefined) throw new Error('It does not tell its version')
  return version
}
