import { sql, type Kysely } from 'kysely'

/** Apps that nobody uses are thrown away: which those are, and that nothing names them any more. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create index access_tokens_app on access_tokens (app_id) where app_id is not null`.execute(db)
  await sql`create index oauth_codes_app on oauth_codes (app_id)`.execute(db)
}
