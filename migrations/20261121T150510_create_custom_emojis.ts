import { sql, type Kysely } from 'kysely'

/** The pictures that stand for `:shortcode:` in what is said here. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table custom_emojis (
      id bigint generated always as identity primary key,
      shortcode text not null unique check (shortcode ~ '^[A-Za-z0-9_]{2,50}$'),
      media_id bigint not null references media (id),
      category text,
      visible_in_picker boolean not null default true,
      disabled boolean not null default false,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now()
    )`.execute(db)
}
