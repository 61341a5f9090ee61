import { sql, type Kysely } from 'kysely'

/** How members and their apps sign in. Of every secret that somebody else keeps, only a digest stands here. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table users
      add column confirmed_at timestamptz,
      add column approved_at timestamptz,
      add column disabled_at timestamptz,
      add column locale text,
      add column sign_up_reason text not null default '',
      add column preferences jsonb not null default '{}'`.execute(db)
  await sql`update users set confirmed_at = created_at, approved_at = created_at`.execute(db)
  await sql`
    create table oauth_apps (
      id bigint primary key,
      client_id text not null unique,
      secret_digest bytea not null,
      name text not null,
      website text,
      redirect_uris text[] not null,
      scopes text[] not null,
      created_at timestamptz not null default now()
    )`.execute(db)
  await sql`
    alter table access_tokens
      alter column account_id drop not null,
      add column app_id bigint references oauth_apps (id)`.execute(db)
  await sql`comment on column access_tokens.account_id is 'null: the token of an app that acts for nobody'`.execute(
    db,
  )
  await sql`
    create table oauth_codes (
      code_digest bytea primary key,
      app_id bigint not null references oauth_apps (id),
      account_id bigint not null references users (account_id),
      redirect_uri text not null,
      scopes text[] not null,
      challenge text,
      token_id bigint references access_tokens (id),
      created_at timestamptz not null default now()
    )`.execute(db)
  await sql`comment on column oauth_codes.token_id is
    'what it was exchanged for: whoever shows a used code again loses that token'`.execute(db)
  await sql`
    create table sessions (
      token_digest bytea primary key,
      account_id bigint not null references users (account_id),
      user_agent text not null default '',
      created_at timestamptz not null default now(),
      seen_at timestamptz not null default now(),
      proven_at timestamptz not null default now()
    )`.execute(db)
  await sql`comment on column sessions.proven_at is 'when the password was last given'`.execute(db)
  await sql`create index sessions_account_id on sessions (account_id)`.execute(db)
  await sql`
    create table email_tokens (
      token_digest bytea primary key,
      account_id bigint not null references users (account_id),
      purpose text not null check (purpose in ('confirm', 'reset')),
      email text not null,
      created_at timestamptz not null default now(),
      used_at timestamptz
    )`.execute(db)
  await sql`create index email_tokens_account_id on email_tokens (account_id)`.execute(db)
}
