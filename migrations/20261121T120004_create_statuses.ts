import { sql, type Kysely } from 'kysely'

/**
 * What was said. As with actors: `posts` is ours and irreplaceable, `remote_statuses` is a cache, both are
 * partitions of `statuses`. A post keeps its source text; its HTML, which holds our own addresses, is made
 * when it is read.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create type visibility as enum ('public', 'unlisted', 'private', 'direct')`.execute(db)
  await sql`
    create table statuses (
      id bigint not null,
      is_local boolean not null,
      actor_id bigint not null,
      type text not null default 'Note',
      visibility visibility not null,
      audience bigint[] not null default '{}',
      title text,
      summary text not null default '',
      sensitive boolean not null default false,
      language text,
      source text,
      content text,
      mentions jsonb not null default '[]',
      tags text[] not null default '{}',
      emojis jsonb not null default '[]',
      attachments jsonb not null default '[]',
      in_reply_to_id bigint,
      in_reply_to_uri text,
      uri text,
      url text,
      created_at timestamptz not null,
      edited_at timestamptz,
      fetched_at timestamptz,
      deleted_at timestamptz,
      primary key (id, is_local)
    ) partition by list (is_local)`.execute(db)
  await sql`comment on column statuses.audience is
    'actors whom a private or direct status is for beside the followers: those mentioned or delivered to'`.execute(
    db,
  )
  await sql`
    create table posts partition of statuses (
      check (uri is null and content is null and fetched_at is null)
    ) for values in (true)`.execute(db)
  await sql`
    create table remote_statuses partition of statuses (
      check (uri is not null and source is null)
    ) for values in (false)`.execute(db)
  await sql`alter table posts add constraint posts_id_key unique (id)`.execute(db)
  await sql`alter table posts add foreign key (actor_id) references accounts (id)`.execute(db)
  await sql`create unique index remote_statuses_uri on remote_statuses (uri)`.execute(db)
  await sql`create index statuses_actor on statuses (actor_id, id desc)`.execute(db)
  await sql`create index statuses_in_reply_to_id on statuses (in_reply_to_id) where in_reply_to_id is not null`.execute(
    db,
  )
  await sql`create index posts_tags on posts using gin (tags)
    where visibility = 'public' and deleted_at is null`.execute(db)
  await sql`create index statuses_audience on statuses using gin (audience)`.execute(db)
  await sql`
    create table post_former_ids (
      uri text primary key,
      post_id bigint not null references posts (id)
    )`.execute(db)
  await sql`create index post_former_ids_post_id on post_former_ids (post_id)`.execute(db)
  await sql`
    create table remote_tombstones (
      uri text not null,
      actor_uri text not null,
      created_at timestamptz not null default now(),
      primary key (uri, actor_uri)
    )`.execute(db)
}
