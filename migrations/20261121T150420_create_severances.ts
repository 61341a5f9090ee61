import { sql, type Kysely } from 'kysely'

/** Follows that ended together, for a reason that a member is told. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table severances (
      id bigint primary key,
      account_id bigint not null references accounts (id),
      type text not null check (type in ('domain_block', 'user_domain_block', 'account_suspension')),
      target_name text not null,
      followers_count integer not null,
      following_count integer not null,
      created_at timestamptz not null default now()
    )`.execute(db)
  await sql`create index severances_account_id on severances (account_id)`.execute(db)
  await sql`
    alter table notifications
      add column severance_id bigint references severances (id),
      drop constraint notifications_account_id_type_from_id_status_id_report_id_key,
      add unique nulls not distinct (account_id, type, from_id, status_id, report_id, severance_id)`.execute(
    db,
  )
}
