import { sql, type Kysely } from 'kysely'

/** What an admin decides while the server runs; what is not said has a default in the code. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table instance add column settings jsonb not null default '{}'`.execute(db)
}
