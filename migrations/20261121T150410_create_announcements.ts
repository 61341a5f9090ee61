import { sql, type Kysely } from 'kysely'

/** What those who run this place tell everybody who lives here. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table announcements (
      id bigint primary key,
      content text not null,
      starts_at timestamptz,
      ends_at timestamptz,
      all_day boolean not null default false,
      published_at timestamptz not null,
      updated_at timestamptz not null,
      check (ends_at >= starts_at)
    )`.execute(db)
  await sql`
    create table announcement_dismissals (
      announcement_id bigint not null references announcements (id) on delete cascade,
      account_id bigint not null references accounts (id),
      primary key (announcement_id, account_id)
    )`.execute(db)
  await sql`
    create table announcement_reactions (
      announcement_id bigint not null references announcements (id) on delete cascade,
      name text not null,
      account_id bigint not null references accounts (id),
      created_at timestamptz not null default now(),
      primary key (announcement_id, name, account_id)
    )`.execute(db)
  for (const table of ['announcement_dismissals', 'announcement_reactions'])
    await sql`create index ${sql.ref(`${table}_account_id`)} on ${sql.table(table)} (account_id)`.execute(db)
}
