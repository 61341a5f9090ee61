import { sql, type Kysely } from 'kysely'

/** Where other servers are and how to talk with them. Small, and kept when the cache of remote content is not. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table hosts (
      id integer generated always as identity primary key,
      host text not null unique,
      software text,
      software_version text,
      node_info_checked_at timestamptz,
      signature_style text check (signature_style in ('cavage', 'rfc9421')),
      last_heard_at timestamptz,
      created_at timestamptz not null default now()
    )`.execute(db)
  await sql`
    create table inboxes (
      id integer generated always as identity primary key,
      host_id integer not null references hosts (id),
      url text not null unique
    )`.execute(db)
  await sql`create index inboxes_host_id on inboxes (host_id)`.execute(db)
  await sql`
    create table domain_blocks (
      domain text primary key,
      comment text not null default '',
      created_at timestamptz not null default now()
    )`.execute(db)
}
