import { sql, type Kysely } from 'kysely'

/** The instance itself: what it calls itself, and small facts that must survive a restart. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table instance (
      singleton boolean primary key default true check (singleton),
      origin text not null,
      handle_domain text not null,
      federated_at timestamptz,
      created_at timestamptz not null default now()
    )`.execute(db)
  await sql`comment on column instance.federated_at is
    'set once another server has dealt with us: from then on the origin may not change'`.execute(db)
  await sql`
    create table kv (
      key text primary key,
      value jsonb not null,
      expires_at timestamptz
    )`.execute(db)
  await sql`create index kv_expires_at on kv (expires_at) where expires_at is not null`.execute(db)
}
