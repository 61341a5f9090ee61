import { sql } from 'kysely'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connect, type Connection } from '../../src/db/connect.ts'
import { OperatorError } from '../../src/lib/errors.ts'
import { freePort } from '../support/free-port.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'
import { until } from '../support/until.ts'
import { startOldPostgres } from './old-postgres.ts'

const log = pino({ level: 'silent' })
const options = { poolSize: 2, applicationName: 'connect test', log }

describe('a connection', () => {
  let database: TestDatabase
  let connection: Connection
  beforeAll(async () => {
    database = await createTestDatabase()
    connection = await connect({ ...options, connectionString: database.connectionString })
  })
  afterAll(async () => {
    await connection.close()
    await database.drop()
  })

  test('reads bigints as decimal strings, and jsonb with its keys as they are', async () => {
    const { rows } = await sql<object>`
      select 9007199254740993::bigint as big_number, '{"snake_case": [{"inner_key": 1}]}'::jsonb as some_json
    `.execute(connection.db)
    expect(rows).toEqual([{ bigNumber: '9007199254740993', someJson: { snake_case: [{ inner_key: 1 }] } }])
  })

  test('has limits on statements and idle transactions, and a name', async () => {
    const { rows } = await connection.pool.query(
      `select current_setting('statement_timeout') as statement, current_setting('application_name') as name,
         current_setting('idle_in_transaction_session_timeout') as idle`,
    )
    expect(rows).toEqual([{ statement: '1min', name: 'connect test', idle: '30s' }])
  })

  test('survives the loss of connections that are idle and that are lent out', async () => {
    const lent = await connection.pool.connect()
    const lost = new Promise((resolve) => lent.once('end', resolve))
    const { rows } = await lent.query<{ pid: number }>('select pg_backend_pid() as pid')
    await connection.pool.query('select pg_terminate_backend($1)', [rows[0]?.pid])
    await lost
    lent.release(true)
    await expect(sql`select pg_terminate_backend(pg_backend_pid())`.execute(connection.db)).rejects.toThrow()
    const answer = await until('the pool works again', async () => {
      const { rows } = await sql`select 1 as alive`.execute(connection.db)
      return rows
    })
    expect(answer).toEqual([{ alive: 1 }])
  })
})

describe('a connection that cannot be made is told in one sentence without the password', () => {
  const refusals: [string, () => string | Promise<string>, RegExp][] = [
    [
      'nobody listens',
      async () => `postgres://me:hunter2@127.0.0.1:${await freePort()}/db`,
      /PostgreSQL at 127\.0\.0\.1:\d+: nobody listens there/,
    ],
    [
      'an unknown host',
      () => 'postgres://me:hunter2@db.invalid/db',
      /db\.invalid:5432: the name of that host/,
    ],
    ['no address at all', () => 'postgres://me:hunter2@[::/db', /not a connection string of the form/],
  ]
  test.each(refusals)('%s', async (_, address, sentence) => {
    const refusal = await refusalOf(await address())
    expect(refusal.message).toMatch(sentence)
  })

  test('a wrong password, a missing database', async () => {
    const database = await createTestDatabase()
    const wrong = new URL(database.connectionString)
    wrong.password = 'hunter2'
    expect((await refusalOf(wrong.href)).message).toMatch(/does not let in holdfast with this password/)
    const missing = new URL(database.connectionString)
    missing.pathname = '/missing'
    expect((await refusalOf(missing.href)).message).toMatch(/has no database missing; create it/)
    await database.drop()
  })

  test('a server that is too old', async () => {
    const { server, port } = await startOldPostgres(140012, '14.12')
    const refusal = await refusalOf(`postgres://me:hunter2@127.0.0.1:${port}/db`)
    expect(refusal.message).toMatch(/is PostgreSQL 14\.12, and Holdfast needs 15 or later/)
    server.close()
  })
})

async function refusalOf(connectionString: string): Promise<OperatorError> {
  const refusal = await connect({ ...options, connectionString }).then(
    () => undefined,
    (error: unknown) => error,
  )
  if (!(refusal instanceof OperatorError)) throw new Error('it was not refused', { cause: refusal })
  expect(refusal.message).not.toContain('hunter2')
  expect(String((refusal.cause as Error | undefined)?.stack)).not.toContain('hunter2')
  return refusal
}
