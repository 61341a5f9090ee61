import { sql, type Kysely } from 'kysely'

/** Accounts that a member recommends together. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table collections (
      id bigint primary key,
      account_id bigint not null references accounts (id),
      name text not null,
      description text not null default '',
      tag text,
      language text,
      sensitive boolean not null default false,
      discoverable boolean not null default true,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now()
    )`.execute(db)
  await sql`create index collections_account_id on collections (account_id, id desc)`.execute(db)
  await sql`
    create table collection_items (
      id bigint primary key,
      collection_id bigint not null references collections (id) on delete cascade,
      target_id bigint not null,
      target_uri text,
      state text not null default 'accepted' check (state in ('pending', 'accepted', 'rejected', 'revoked')),
      created_at timestamptz not null default now(),
      unique (collection_id, target_id)
    )`.execute(db)
  await sql`comment on column collection_items.state is
    'a revoked one stays, so that whoever took themselves out is not put in again'`.execute(db)
  await sql`create index collection_items_target on collection_items (target_id, collection_id)`.execute(db)
}
