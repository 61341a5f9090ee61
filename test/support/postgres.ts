import { randomBytes } from 'node:crypto'
import { Client } from 'pg'
import { inject } from 'vitest'

export type TestDatabase = {
  readonly connectionString: string
  /** Removes it; fails when the test has left a connection open. */
  drop(): Promise<void>
}

/** A database of its own for one test file, cloned from the migrated template. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const template = new URL(inject('templateDatabase'))
  const name = `test_${randomBytes(8).toString('hex')}`
  const source = template.pathname.slice(1)
  await administer(template, `create database ${name} template ${source} strategy file_copy`)
  const own = new URL(template)
  own.pathname = `/${name}`
  return {
    connectionString: own.href,
    drop: () => administer(template, `drop database ${name}`),
  }
}

async function administer(template: URL, statement: string): Promise<void> {
  const maintenance = new URL(template)
  maintenance.pathname = '/postgres'
  const client = new Client({ connectionString: maintenance.href })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
