import { sql, type Kysely } from 'kysely'

/** Whom members recommend and whom they do not want to be shown; what a report is about; a number for a shown hashtag. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table endorsements (
      id bigint primary key,
      account_id bigint not null references accounts (id),
      target_id bigint not null,
      target_uri text,
      created_at timestamptz not null default now(),
      unique (account_id, target_id)
    )`.execute(db)
  await sql`
    create table dismissed_suggestions (
      account_id bigint not null references accounts (id),
      target_id bigint not null,
      created_at timestamptz not null default now(),
      primary key (account_id, target_id)
    )`.execute(db)
  await sql`
    alter table reports
      add column category text not null default 'other'
        check (category in ('spam', 'legal', 'violation', 'other')),
      add column rule_ids text[] not null default '{}'`.execute(db)
  await sql`alter table featured_tags add column id bigint generated always as identity unique`.execute(db)
}
