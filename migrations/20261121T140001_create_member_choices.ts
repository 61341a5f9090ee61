import { sql, type Kysely } from 'kysely'

/**
 * What members choose for themselves: whom they do not want to hear, what they keep, and how they sort it. All of it is
 * irreplaceable: whoever is elsewhere is named by URI as well.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table follows
      add column shows_boosts boolean not null default true,
      add column notifies boolean not null default false,
      add column languages text[]`.execute(db)
  await sql`
    create table mutes (
      id bigint primary key,
      account_id bigint not null references accounts (id),
      target_id bigint not null,
      target_uri text,
      hides_notifications boolean not null default true,
      expires_at timestamptz,
      created_at timestamptz not null default now(),
      unique (account_id, target_id)
    )`.execute(db)
  await sql`
    create table muted_threads (
      account_id bigint not null references accounts (id),
      root_id bigint not null,
      created_at timestamptz not null default now(),
      primary key (account_id, root_id)
    )`.execute(db)
  await sql`
    create table account_domain_blocks (
      id bigint primary key,
      account_id bigint not null references accounts (id),
      domain text not null,
      created_at timestamptz not null default now(),
      unique (account_id, domain)
    )`.execute(db)
  await sql`
    create table account_notes (
      account_id bigint not null references accounts (id),
      target_id bigint not null,
      target_uri text,
      comment text not null,
      primary key (account_id, target_id)
    )`.execute(db)
  await sql`
    create table bookmarks (
      id bigint primary key,
      account_id bigint not null references accounts (id),
      status_id bigint not null,
      status_uri text,
      created_at timestamptz not null default now(),
      unique (status_id, account_id)
    )`.execute(db)
  await sql`create index bookmarks_account on bookmarks (account_id, id desc)`.execute(db)
  await sql`
    create table lists (
      id bigint primary key,
      account_id bigint not null references accounts (id),
      title text not null,
      replies_policy text not null default 'list' check (replies_policy in ('followed', 'list', 'none')),
      exclusive boolean not null default false,
      created_at timestamptz not null default now()
    )`.execute(db)
  await sql`create index lists_account_id on lists (account_id)`.execute(db)
  await sql`
    create table list_members (
      list_id bigint not null references lists (id) on delete cascade,
      target_id bigint not null,
      target_uri text,
      created_at timestamptz not null default now(),
      primary key (list_id, target_id)
    )`.execute(db)
  await sql`create index list_members_target on list_members (target_id)`.execute(db)
  await sql`
    create table filters (
      id bigint primary key,
      account_id bigint not null references accounts (id),
      title text not null,
      contexts text[] not null,
      action text not null check (action in ('warn', 'hide', 'blur')),
      expires_at timestamptz,
      created_at timestamptz not null default now()
    )`.execute(db)
  await sql`create index filters_account_id on filters (account_id)`.execute(db)
  await sql`
    create table filter_keywords (
      id bigint primary key,
      filter_id bigint not null references filters (id) on delete cascade,
      keyword text not null,
      whole_word boolean not null default false
    )`.execute(db)
  await sql`create index filter_keywords_filter_id on filter_keywords (filter_id)`.execute(db)
  await sql`
    create table filter_statuses (
      id bigint primary key,
      filter_id bigint not null references filters (id) on delete cascade,
      status_id bigint not null,
      unique (filter_id, status_id)
    )`.execute(db)
  await sql`
    create table markers (
      account_id bigint not null references accounts (id),
      timeline text not null check (timeline in ('home', 'notifications')),
      last_read_id bigint not null,
      version integer not null default 1,
      updated_at timestamptz not null default now(),
      primary key (account_id, timeline)
    )`.execute(db)
  await sql`
    create table idempotency_keys (
      account_id bigint not null references accounts (id),
      key text not null,
      status_id bigint not null,
      created_at timestamptz not null default now(),
      primary key (account_id, key)
    )`.execute(db)
  await sql`create index idempotency_keys_created_at on idempotency_keys (created_at)`.execute(db)
}
