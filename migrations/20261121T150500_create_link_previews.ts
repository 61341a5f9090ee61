import { sql, type Kysely } from 'kysely'

/** What pages of others say of themselves, and which statuses link to them. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table link_previews (
      id bigint generated always as identity primary key,
      url text not null unique check (length(url) <= 2000),
      card jsonb,
      asked_at timestamptz,
      fetched_at timestamptz,
      created_at timestamptz not null default now()
    )`.execute(db)
  await sql`comment on column link_previews.card is
    'null while nobody has asked, and where there is nothing to show'`.execute(db)
  await sql`comment on column link_previews.asked_at is
    'when its server was last asked, whether or not it answered'`.execute(db)
  await sql`comment on column link_previews.fetched_at is 'when the card was made'`.execute(db)
  await sql`
    create table status_links (
      status_id bigint primary key,
      preview_id bigint not null references link_previews (id) on delete cascade
    )`.execute(db)
  await sql`create index status_links_preview on status_links (preview_id, status_id desc)`.execute(db)
}
