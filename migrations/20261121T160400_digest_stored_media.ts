import { sql, type Kysely } from 'kysely'

/** What a stored file is known by elsewhere, so that a copy of it can be checked. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table media add column stored_digest bytea`.execute(db)
  await sql`comment on column media.stored_digest is
    'SHA-256 of the file under key, once somebody needed it'`.execute(db)
}
