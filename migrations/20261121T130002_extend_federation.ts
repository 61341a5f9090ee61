import { sql, type Kysely } from 'kysely'

/** What is remembered for talking with other servers: moves, relays, their media, and who they think follows them. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table actors
      add column moved_to_id bigint,
      add column moved_at timestamptz,
      add column memorial boolean not null default false,
      add column featured_tags_url text,
      add column featured_checked_at timestamptz,
      add column domain_blocked boolean not null default false,
      add column suspended_there boolean not null default false`.execute(db)
  await sql`
    alter table actors add column hidden boolean not null
      generated always as (domain_blocked or suspended_there or suspended_at is not null) stored`.execute(db)
  await sql`create index remote_actors_hidden on remote_actors (id) where hidden`.execute(db)
  await sql`create index accounts_hidden on accounts (id) where hidden`.execute(db)
  await sql`comment on column actors.moved_at is
    'when a move was last carried out: of ours, by themselves; of others, for those who follow them here'`.execute(
    db,
  )
  await sql`comment on column actors.domain_blocked is
    'kept in step with domain_blocks: nothing by them is shown'`.execute(db)
  await sql`comment on column actors.suspended_there is
    'their own server says so (toot:suspended), and may take it back'`.execute(db)
  await sql`comment on column actors.hidden is 'nothing that they said or did is shown to anybody'`.execute(
    db,
  )
  await sql`
    alter table inbox_messages
      add column collection_synchronization text,
      add column carried boolean not null default false`.execute(db)
  await sql`comment on column inbox_messages.collection_synchronization is
    'the header of that name (FEP-8fcf), if the signature covers it'`.execute(db)
  await sql`comment on column inbox_messages.carried is
    'brought by somebody else, with a signature of its author inside'`.execute(db)
  await sql`
    alter table outgoing_activities add column synchronizes boolean not null default false`.execute(db)
  await sql`comment on column outgoing_activities.synchronizes is
    'whether each delivery tells the receiver who there follows the account (FEP-8fcf)'`.execute(db)
  await sql`alter table remote_tombstones add column unknown_host text`.execute(db)
  await sql`comment on column remote_tombstones.unknown_host is
    'where nothing was here under that id: its host'`.execute(db)
  await sql`
    create index remote_tombstones_unknown on remote_tombstones (unknown_host, created_at)
    where unknown_host is not null`.execute(db)
  await sql`
    create table relays (
      id bigint primary key,
      kind text not null check (kind in ('mastodon', 'litepub')),
      uri text not null unique,
      actor_uri text,
      inbox_id integer not null references inboxes (id),
      state text not null check (state in ('pending', 'accepted', 'rejected')),
      created_at timestamptz not null default now()
    )`.execute(db)
  await sql`comment on column relays.uri is
    'as the admin gave it: the inbox of a Mastodon relay, the actor of a LitePub relay'`.execute(db)
  await sql`
    create table cached_media (
      digest bytea primary key,
      url text not null,
      media_type text not null,
      size bigint not null,
      fetched_at timestamptz not null default now(),
      used_at timestamptz not null default now()
    )`.execute(db)
  await sql`comment on column cached_media.digest is 'SHA-256 of the address; names the file, too'`.execute(
    db,
  )
  await sql`create index cached_media_used_at on cached_media (used_at)`.execute(db)
}
