import { createHash } from 'node:crypto'
import { sql, type PostgresPool, type PostgresPoolClient, type RawBuilder } from 'kysely'
import type { Pool, PoolClient } from 'pg'

const mark = '/* prepared */'

/**
 * Stands in a statement that each connection is to prepare once, so that PostgreSQL neither reads nor plans it again:
 * to plan what a page asks for takes it longer than to look that up. For statements that are asked often, whose text is
 * the same for any number of ids (`= any(...)`, never `in (...)`), and that are best looked up in the same way whatever
 * is asked: the plan is made without knowing the values. Such a statement names its columns.
 */
export const prepared = sql`/* prepared */`

/**
 * A value that the plan of a prepared statement is not to depend on: where knowing it makes a plan look cheaper,
 * PostgreSQL makes a new one each time.
 */
export function unplanned(value: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`(select ${value})`
}

/** Beyond this a connection prepares no further ones: they stay with it as long as it lives. */
const mostNames = 200
const names = new Map<string, string>()

/** The same pool, for Kysely, with marked statements under names (https://node-postgres.com/features/queries). */
export function preparing(pool: Pool): PostgresPool {
  // Kysely tells connections apart by these.
  const wrappers = new WeakMap<PoolClient, PostgresPoolClient>()
  return {
    options: pool.options,
    end: () => pool.end(),
    connect: async () => {
      const client = await pool.connect()
      const wrapper = wrappers.get(client) ?? wrap(client)
      wrappers.set(client, wrapper)
      return wrapper
    },
  }
}

function wrap(client: PoolClient): PostgresPoolClient {
  const query = (text: string, values: unknown[]) => {
    const name = nameOf(text)
    return name === undefined ? client.query(text, values) : client.query({ name, text, values })
  }
  return {
    // Kysely asks for cursors of those only whose dialect was given them.
    query: query as unknown as PostgresPoolClient['query'],
    release: (destroy) => client.release(destroy),
  }
}

function nameOf(text: string): string | undefined {
  if (!text.includes(mark)) return undefined
  const known = names.get(text)
  if (known !== undefined || names.size === mostNames) return known
  const name = createHash('sha256').update(text).digest('base64url')
  names.set(text, name)
  return name
}
