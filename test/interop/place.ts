import { Client } from 'pg'
import type { QueryResultRow } from 'pg'
import { startInstance } from '../support/instance.ts'
import type { Instance } from '../support/instance.ts'
import { createTestDatabase } from '../support/postgres.ts'

/** An instance of ours on a database of its own, whose rows tests may read, lose and age. */
export interface Place extends Instance {
  query<Row extends QueryResultRow>(statement: string, ...values: readonly unknown[]): Promise<Row[]>
}

export async function startPlace(belongings: AsyncDisposableStack): Promise<Place> {
  const database = await createTestDatabase()
  belongings.defer(database.drop)
  const env = { DATABASE_URL: database.connectionString }
  const instance = belongings.use(await startInstance({ env }))
  const query = async (statement: string, ...values: readonly unknown[]) => {
    const client = new Client({ connectionString: database.connectionString })
    await client.connect()
    try {
      return (await client.query(statement, [...values])).rows
    } finally {
      await client.end()
    }
  }
  return Object.assign(instance, { query })
}

/** The time of every poll of theirs is over. */
export async function endPolls({ query }: Place): Promise<void> {
  await query('update polls set ends_at = now() where closed_at is null')
  await query(`update pgboss.job set start_after = now() where name = 'poll.closed' and state = 'created'`)
}
