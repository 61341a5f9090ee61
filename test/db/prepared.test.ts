import { sql } from 'kysely'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { connect, type Connection } from '../../src/db/connect.ts'
import { prepared } from '../../src/db/prepared.ts'
import { createTestContext, type TestContext } from '../support/context.ts'

let world: TestContext
let connection: Connection

beforeAll(async () => {
  world = await createTestContext()
  connection = await connect({
    connectionString: world.ctx.config.databaseUrl!,
    poolSize: 1,
    applicationName: 'prepared statements',
    log: pino({ level: 'silent' }),
  })
})
afterAll(async () => {
  await connection?.close()
  await world?.close()
})

async function listPrepared(): Promise<string[]> {
  const { rows } = await sql<{ statement: string }>`
    select statement from pg_prepared_statements order by prepare_time`.execute(connection.db)
  return rows.map(({ statement }) => statement)
}

const ask = (n: number) => sql<{ n: number }>`select ${prepared} ${n}::int as n`.execute(connection.db)

test('A connection prepares once what is marked, whatever its values, and nothing else', async () => {
  expect(await listPrepared()).toEqual([])
  await sql`select ${1}::int as n`.execute(connection.db)
  for (const n of [1, 2, 3]) expect((await ask(n)).rows).toEqual([{ n }])
  expect(await listPrepared()).toEqual(['select /* prepared */ $1::int as n'])
})

test('What is prepared within a transaction that fails can be asked again', async () => {
  const read = sql<{ id: string }>`select ${prepared} id from actors where id = any(${['1']}::bigint[])`
  const failing = connection.db.transaction().execute(async (tx) => {
    await read.execute(tx)
    await sql`select 1 / 0`.execute(tx)
  })
  await expect(failing).rejects.toThrow('division by zero')
  expect((await read.execute(connection.db)).rows).toEqual([])
})

test('A connection that takes the place of a lost one prepares for itself', async () => {
  await ask(1)
  const lost = await connection.pool.connect()
  lost.release(true)
  expect(await listPrepared()).toEqual([])
  expect((await ask(4)).rows).toEqual([{ n: 4 }])
  expect(await listPrepared()).toEqual(['select /* prepared */ $1::int as n'])
})
