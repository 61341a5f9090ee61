import { sql, type Kysely } from 'kysely'

/** What arrived: committed before it is acknowledged, removed when its effect is committed. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table inbox_messages (
      id bigint primary key,
      digest bytea not null,
      recipient_id bigint,
      actor_uri text not null,
      body text not null,
      attempts smallint not null default 0,
      due timestamptz not null default now(),
      dead_at timestamptz,
      last_error text,
      received_at timestamptz not null default now(),
      unique nulls not distinct (digest, recipient_id)
    )`.execute(db)
  await sql`create index inbox_messages_due on inbox_messages (due, id) where dead_at is null`.execute(db)
  await sql`
    create table seen_activities (
      digest bytea primary key,
      seen_at timestamptz not null default now()
    )`.execute(db)
  await sql`comment on table seen_activities is
    'SHA-256 (first 16 bytes) of actor and activity id: an effect happens once, for ever'`.execute(db)
}
