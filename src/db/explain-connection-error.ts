import { Client } from 'pg'
import { hasCode } from '../lib/error-code.ts'
import { messageOf, OperatorError } from '../lib/errors.ts'

/** Turns the failure of a first connection into one sentence with the server's address, never the password. */
export function explainConnectionError(connectionString: string, error: unknown): OperatorError {
  const server = readAddress(connectionString)
  // The parser's error quotes its input, so it is not even passed on as a cause.
  if (server === undefined)
    return new OperatorError(
      'DATABASE_URL is not a connection string of the form postgres://user:password@host:port/database',
    )
  const { address, database, user } = server
  return new OperatorError(`No connection to PostgreSQL at ${address}: ${explain(error, database, user)}`, {
    cause: error,
  })
}

function explain(error: unknown, database: string, user: string): string {
  if (hasCode(error, 'ECONNREFUSED')) return 'nobody listens there; start the server or correct DATABASE_URL'
  if (hasCode(error, 'ENOTFOUND', 'EAI_AGAIN'))
    return 'the name of that host is unknown; correct the host in DATABASE_URL'
  if (hasCode(error, '28P01', '28000'))
    return `it does not let in ${user} with this password; correct the user and password in DATABASE_URL`
  if (hasCode(error, '3D000')) return `it has no database ${database}; create it (createdb ${database})`
  if (hasCode(error, '53300')) return 'it has no connection to spare; raise its max_connections'
  return `${messageOf(error)}; check the server and DATABASE_URL`
}

function readAddress(
  connectionString: string,
): { address: string; database: string; user: string } | undefined {
  try {
    const { host, port, database = '', user = '' } = new Client({ connectionString })
    return { address: host.startsWith('/') ? host : `${host}:${port}`, database, user }
  } catch {
    return undefined
  }
}
