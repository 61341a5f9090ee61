import { sql, type Kysely } from 'kysely'

/** Where members' apps are told of notifications: one place for each token. Ids are small numbers, since apps read them as such. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table push_subscriptions (
      id integer generated always as identity primary key,
      token_id bigint not null unique references access_tokens (id) on delete cascade,
      account_id bigint not null references accounts (id),
      endpoint text not null,
      p256dh bytea not null check (length(p256dh) = 65),
      auth bytea not null check (length(auth) = 16),
      standard boolean not null,
      alerts text[] not null,
      policy text not null check (policy in ('all', 'followed', 'follower', 'none')),
      sealed_token bytea not null,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now()
    )`.execute(db)
  await sql`comment on column push_subscriptions.sealed_token is
    'the bearer token, wrapped with the root secret: apps tell by it whom a message is for'`.execute(db)
  await sql`create index push_subscriptions_account_id on push_subscriptions (account_id)`.execute(db)
}
