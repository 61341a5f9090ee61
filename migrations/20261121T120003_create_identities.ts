import { sql, type Kysely } from 'kysely'

/** Who an account is to others (now and formerly), and who may act as it here. Secrets have tables of their own. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table former_identities (
      id bigint primary key,
      account_id bigint not null references accounts (id),
      actor_uri text not null unique,
      handle text not null,
      document text not null,
      created_at timestamptz not null default now()
    )`.execute(db)
  await sql`comment on column former_identities.document is
    'the last actor document served under the old name, byte for byte'`.execute(db)
  await sql`create index former_identities_account_id on former_identities (account_id)`.execute(db)
  await sql`
    create table account_keys (
      id bigint primary key,
      account_id bigint not null references accounts (id),
      former_identity_id bigint references former_identities (id),
      kind text not null check (kind in ('rsa', 'ed25519')),
      fragment text not null,
      public_key text not null,
      created_at timestamptz not null default now(),
      retired_at timestamptz
    )`.execute(db)
  await sql`create unique index account_keys_current on account_keys (account_id, kind)
    where former_identity_id is null and retired_at is null`.execute(db)
  await sql`create index account_keys_former_identity_id on account_keys (former_identity_id)`.execute(db)
  await sql`
    create table account_private_keys (
      key_id bigint primary key references account_keys (id),
      wrapped bytea not null
    )`.execute(db)
  await sql`
    create table users (
      account_id bigint primary key references accounts (id),
      email text not null,
      role text not null check (role in ('owner', 'admin', 'moderator', 'member')),
      created_at timestamptz not null default now()
    )`.execute(db)
  await sql`create unique index users_email on users (lower(email))`.execute(db)
  await sql`
    create table user_passwords (
      account_id bigint primary key references users (account_id),
      hash text not null,
      changed_at timestamptz not null default now()
    )`.execute(db)
  await sql`
    create table access_tokens (
      id bigint primary key,
      account_id bigint not null references users (account_id),
      token_digest bytea not null unique,
      scopes text[] not null,
      created_at timestamptz not null default now(),
      last_used_at timestamptz,
      revoked_at timestamptz
    )`.execute(db)
  await sql`create index access_tokens_account_id on access_tokens (account_id)`.execute(db)
  await sql`
    create table remote_keys (
      key_uri text primary key,
      actor_uri text not null,
      public_key text not null,
      bound_at timestamptz not null default now(),
      checked_at timestamptz not null default now()
    )`.execute(db)
  await sql`create index remote_keys_actor_uri on remote_keys (actor_uri)`.execute(db)
}
