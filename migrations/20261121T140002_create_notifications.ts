import { sql, type Kysely } from 'kysely'

/** What members are told of. Ids are small numbers, since several apps read them as such. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table notifications (
      id bigint generated always as identity primary key,
      account_id bigint not null references accounts (id),
      type text not null,
      from_id bigint not null,
      status_id bigint,
      report_id bigint,
      group_key text not null,
      filtered boolean not null default false,
      created_at timestamptz not null default now(),
      unique nulls not distinct (account_id, type, from_id, status_id, report_id)
    )`.execute(db)
  await sql`comment on column notifications.filtered is
    'kept from the list by the member''s policy: shown as a request of its sender'`.execute(db)
  await sql`create index notifications_shown on notifications (account_id, id desc) where not filtered`.execute(
    db,
  )
  await sql`create index notifications_from on notifications (account_id, from_id, id desc)`.execute(db)
  await sql`create index notifications_status_id on notifications (status_id) where status_id is not null`.execute(
    db,
  )
  await sql`
    create table notification_policies (
      account_id bigint primary key references accounts (id),
      for_not_following text not null default 'accept' check (for_not_following in ('accept', 'filter', 'drop')),
      for_not_followers text not null default 'accept' check (for_not_followers in ('accept', 'filter', 'drop')),
      for_new_accounts text not null default 'accept' check (for_new_accounts in ('accept', 'filter', 'drop')),
      for_private_mentions text not null default 'filter' check (for_private_mentions in ('accept', 'filter', 'drop')),
      for_limited_accounts text not null default 'filter' check (for_limited_accounts in ('accept', 'filter', 'drop'))
    )`.execute(db)
  await sql`
    create table notification_requests (
      id bigint primary key,
      account_id bigint not null references accounts (id),
      from_id bigint not null,
      state text not null default 'pending' check (state in ('pending', 'accepted', 'dismissed')),
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      unique (account_id, from_id)
    )`.execute(db)
}
