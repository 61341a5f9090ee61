import { readdir } from 'node:fs/promises'
import { sql } from 'kysely'
import { Migrator, type Migration } from 'kysely/migration'
import { getConstructionPlans } from 'pg-boss'
import type { Db } from '../context.ts'
import { OperatorError } from '../lib/errors.ts'

const folder = new URL('../../migrations/', import.meta.url)

/**
 * Brings the schema up to date; safe to call from several processes at once (Kysely takes an advisory lock).
 * @throws OperatorError when the database was made by a newer release or a migration fails
 */
export async function migrateToLatest(db: Db): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: loadMigrations } })
  const { error, results } = await migrator.migrateToLatest()
  if (error !== undefined) {
    const failed = results?.find((result) => result.status === 'Error')
    const what =
      failed === undefined ? 'The database cannot be migrated' : `Migration ${failed.migrationName} failed`
    throw new OperatorError(`${what}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    })
  }
  await installJobSchema(db)
}

async function loadMigrations(): Promise<Record<string, Migration>> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.ts')).sort()
  const entries = names.map(async (name) => {
    const migration = (await import(new URL(name, folder).href)) as Migration
    return [name.slice(0, -'.ts'.length), migration] as const
  })
  return Object.fromEntries(await Promise.all(entries))
}

/** The job library brings its own schema and upgrades it itself; here it is only made the first time. */
async function installJobSchema(db: Db): Promise<void> {
  const found = await sql<{ present: boolean }>`
    select exists (select from pg_namespace where nspname = 'pgboss') as present`.execute(db)
  // oxlint-disable-next-line no-restricted-properties -- the library's own statements, as it hands them out
  if (found.rows[0]?.present !== true) await sql.raw(getConstructionPlans('pgboss')).execute(db)
}
