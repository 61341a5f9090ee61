import { sql, type Kysely } from 'kysely'

/**
 * Everybody who can act. One table to read, two to keep: `accounts` holds our own people and is
 * irreplaceable, `remote_actors` is a cache of what other servers said and can be fetched again. They are
 * partitions of `actors`, so that a timeline joins one table while a copy of the instance takes only the
 * first. No row of `accounts` holds a URL of our own: those are composed from the identity.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table actors (
      id bigint not null,
      is_local boolean not null,
      username text not null,
      domain text,
      type text not null check (type in ('Person', 'Service', 'Group', 'Organization', 'Application')),
      display_name text not null default '',
      summary text not null default '',
      fields jsonb not null default '[]',
      emojis jsonb not null default '[]',
      icon_url text,
      image_url text,
      locked boolean not null default false,
      discoverable boolean not null default true,
      indexable boolean not null default false,
      also_known_as text[] not null default '{}',
      moved_to text,
      uri text,
      url text,
      inbox_id integer references inboxes (id),
      shared_inbox_id integer references inboxes (id),
      outbox_url text,
      followers_url text,
      following_url text,
      featured_url text,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      fetched_at timestamptz,
      suspended_at timestamptz,
      deleted_at timestamptz,
      primary key (id, is_local)
    ) partition by list (is_local)`.execute(db)
  await sql`
    create table accounts partition of actors (
      check (domain is null and uri is null and inbox_id is null and fetched_at is null)
    ) for values in (true)`.execute(db)
  await sql`
    create table remote_actors partition of actors (
      check (domain is not null and uri is not null)
    ) for values in (false)`.execute(db)
  await sql`alter table accounts add constraint accounts_id_key unique (id)`.execute(db)
  await sql`create unique index accounts_username on accounts (lower(username))`.execute(db)
  await sql`alter table remote_actors add constraint remote_actors_id_key unique (id)`.execute(db)
  await sql`create unique index remote_actors_uri on remote_actors (uri)`.execute(db)
  await sql`create index remote_actors_handle on remote_actors (lower(username), domain)`.execute(db)
  await sql`create index remote_actors_followers_url on remote_actors (followers_url)`.execute(db)
}
