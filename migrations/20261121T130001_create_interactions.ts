import { sql, type Kysely } from 'kysely'

/**
 * What people do with what others said, and with each other. A row of one of ours names what it is about by its URI as
 * well, where that is elsewhere; a row of somebody elsewhere keeps the id of their activity, which its Undo will name.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table likes (
      id bigint primary key,
      actor_id bigint not null,
      status_id bigint not null,
      status_uri text,
      uri text,
      created_at timestamptz not null default now(),
      unique (status_id, actor_id)
    )`.execute(db)
  await sql`create index likes_actor on likes (actor_id, id desc)`.execute(db)
  await sql`create index likes_uri on likes (uri) where uri is not null`.execute(db)
  await sql`
    create table reactions (
      id bigint primary key,
      actor_id bigint not null,
      status_id bigint not null,
      status_uri text,
      name text not null,
      emoji_url text,
      uri text,
      created_at timestamptz not null default now(),
      unique (status_id, actor_id, name)
    )`.execute(db)
  await sql`comment on column reactions.name is 'an emoji, or the shortcode of a custom one without colons'`.execute(
    db,
  )
  await sql`create index reactions_actor on reactions (actor_id)`.execute(db)
  await sql`create index reactions_uri on reactions (uri) where uri is not null`.execute(db)
  await sql`
    create table quote_authorizations (
      id bigint primary key,
      status_id bigint not null references posts (id),
      quoting_id bigint,
      quoting_uri text,
      request_uri text,
      created_at timestamptz not null default now(),
      revoked_at timestamptz,
      unique nulls not distinct (status_id, quoting_id, quoting_uri)
    )`.execute(db)
  await sql`comment on table quote_authorizations is 'who was allowed to quote a post of ours (FEP-044f)'`.execute(
    db,
  )
  await sql`
    create table blocks (
      id bigint primary key,
      actor_id bigint not null,
      target_id bigint not null,
      target_uri text,
      uri text,
      created_at timestamptz not null default now(),
      unique (actor_id, target_id)
    )`.execute(db)
  await sql`create index blocks_target on blocks (target_id, actor_id)`.execute(db)
  await sql`create index blocks_uri on blocks (uri) where uri is not null`.execute(db)
  await sql`
    create table reports (
      id bigint primary key,
      reporter_id bigint not null,
      target_id bigint not null,
      target_uri text,
      status_ids bigint[] not null default '{}',
      comment text not null default '',
      uri text,
      forwarded boolean not null default false,
      created_at timestamptz not null default now(),
      resolved_at timestamptz
    )`.execute(db)
  await sql`create unique index reports_open on reports (reporter_id, target_id)
    where resolved_at is null`.execute(db)
  await sql`
    create table featured_statuses (
      actor_id bigint not null,
      status_id bigint not null,
      created_at timestamptz not null default now(),
      primary key (actor_id, status_id)
    )`.execute(db)
  await sql`create index featured_statuses_status_id on featured_statuses (status_id)`.execute(db)
  await sql`
    create table featured_tags (
      actor_id bigint not null,
      tag text not null,
      created_at timestamptz not null default now(),
      primary key (actor_id, tag)
    )`.execute(db)
  await sql`
    create table tag_follows (
      account_id bigint not null references accounts (id),
      tag text not null,
      created_at timestamptz not null default now(),
      primary key (account_id, tag)
    )`.execute(db)
  await sql`create index tag_follows_tag on tag_follows (tag)`.execute(db)
}
