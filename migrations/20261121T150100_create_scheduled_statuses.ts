import { sql, type Kysely } from 'kysely'

/** What members will say at a time that they chose, and what they say of their pictures. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table scheduled_statuses (
      id bigint primary key,
      account_id bigint not null references accounts (id),
      scheduled_at timestamptz not null,
      post jsonb not null,
      attachments jsonb not null default '[]',
      problem text,
      created_at timestamptz not null default now()
    )`.execute(db)
  await sql`comment on column scheduled_statuses.problem is
    'why it was not posted when its time had come; it stays until its author changes the time or drops it'`.execute(
    db,
  )
  await sql`create index scheduled_statuses_account_id on scheduled_statuses (account_id, id desc)`.execute(
    db,
  )
  await sql`create index scheduled_statuses_due on scheduled_statuses (scheduled_at) where problem is null`.execute(
    db,
  )
  await sql`alter table actors
    add column icon_description text,
    add column image_description text`.execute(db)
}
