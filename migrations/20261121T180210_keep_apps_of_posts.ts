import { sql, type Kysely } from 'kysely'

/** With which app a post was written, as it called itself then. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table statuses add column application jsonb`.execute(db)
  await sql`comment on column statuses.application is
    'of posts of ours: the name and the page of the app that posted it; null where none did'`.execute(db)
}
