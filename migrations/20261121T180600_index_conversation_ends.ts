import { sql, type Kysely } from 'kysely'

/** Whenever something is deleted it is asked which conversations end with it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create index conversations_last_status_id on conversations (last_status_id)`.execute(db)
}
