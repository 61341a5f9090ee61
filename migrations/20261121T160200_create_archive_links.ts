import { sql, type Kysely } from 'kysely'

/** An archive is fetched by whoever holds the link that was mailed, once. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table archive_links (
      token_digest bytea primary key,
      archive_id bigint not null references archives (id) on delete cascade,
      expires_at timestamptz not null,
      used_at timestamptz,
      browser_digest bytea
    )`.execute(db)
  await sql`comment on column archive_links.browser_digest is
    'who opened it, and may go on with a download that was broken off'`.execute(db)
  await sql`create index archive_links_archive_id on archive_links (archive_id)`.execute(db)
  await sql`create unique index archives_key on archives (key) where key is not null`.execute(db)
}
