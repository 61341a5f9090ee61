import { sql, type Kysely } from 'kysely'

/** What members did with their own accounts, and when somebody asked to leave. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table users add column leaving_since timestamptz`.execute(db)
  await sql`comment on column users.leaving_since is
    'when the member asked for the account to be deleted; accounts.suspended_at is the same moment, which hides it'`.execute(
    db,
  )
  await sql`create index users_leaving_since on users (leaving_since) where leaving_since is not null`.execute(
    db,
  )
  await sql`create index users_waiting on users (created_at) where confirmed_at is null or approved_at is null`.execute(
    db,
  )
  await sql`
    create table audit_log (
      id bigint primary key,
      account_id bigint not null references accounts (id),
      act text not null,
      detail jsonb not null default '{}',
      network text,
      at timestamptz not null default now()
    )`.execute(db)
  await sql`comment on column audit_log.network is
    'a keyed digest of where the request came from: it tells places apart, and names none'`.execute(db)
  await sql`create index audit_log_account_id on audit_log (account_id, id desc)`.execute(db)
}
