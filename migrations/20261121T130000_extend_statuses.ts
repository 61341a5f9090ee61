import { sql, type Kysely } from 'kysely'

/**
 * What a status may be beside words: a boost of another one, a quotation, part of a thread that another server keeps.
 * A boost is a row of its own, so that a timeline reads one table. What one of ours points at elsewhere is named by its
 * URI as well, and so survives the cache of remote content.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table statuses
      add column boost_of_id bigint,
      add column boost_of_uri text,
      add column quote_of_id bigint,
      add column quote_uri text,
      add column quote_state text check (quote_state in ('pending', 'accepted', 'rejected', 'revoked')),
      add column quote_authorization_uri text,
      add column quote_policy text check (quote_policy in ('public', 'followers', 'nobody')),
      add column interaction_policy jsonb,
      add column context_uri text,
      add column replies_uri text,
      add column replies_checked_at timestamptz`.execute(db)
  await sql`comment on column statuses.quote_policy is 'of a post of ours: who may quote it'`.execute(db)
  await sql`comment on column statuses.interaction_policy is
    'of a remote status: what its server says of who may do what with it'`.execute(db)
  await sql`comment on column statuses.replies_checked_at is
    'when the answers that its own server knows were last asked for'`.execute(db)
  await sql`create unique index posts_boost on posts (actor_id, boost_of_id)
    where boost_of_id is not null and deleted_at is null`.execute(db)
  await sql`create unique index remote_statuses_boost on remote_statuses (actor_id, boost_of_id)
    where boost_of_id is not null`.execute(db)
  await sql`create index statuses_boost_of on statuses (boost_of_id) where boost_of_id is not null`.execute(
    db,
  )
  await sql`create index statuses_quote_of on statuses (quote_of_id) where quote_of_id is not null`.execute(
    db,
  )
  await sql`create index statuses_quote_authorization on statuses (quote_authorization_uri)
    where quote_authorization_uri is not null`.execute(db)
  await sql`create index remote_statuses_waiting on remote_statuses (in_reply_to_uri)
    where in_reply_to_id is null and in_reply_to_uri is not null`.execute(db)
  await sql`create index remote_statuses_quoting on remote_statuses (quote_uri)
    where quote_of_id is null and quote_uri is not null`.execute(db)
  await sql`create index remote_statuses_tags on remote_statuses using gin (tags)
    where visibility = 'public'`.execute(db)
  await sql`
    create table status_edits (
      id bigint primary key,
      status_id bigint not null,
      title text,
      summary text not null,
      sensitive boolean not null,
      language text,
      source text,
      content text,
      mentions jsonb not null,
      tags text[] not null,
      emojis jsonb not null,
      attachments jsonb not null,
      poll_options text[],
      created_at timestamptz not null
    )`.execute(db)
  await sql`comment on table status_edits is 'earlier versions: created_at is when a version was written'`.execute(
    db,
  )
  await sql`create index status_edits_status_id on status_edits (status_id, id)`.execute(db)
  await sql`
    create table polls (
      status_id bigint primary key,
      multiple boolean not null,
      options text[] not null,
      votes bigint[] not null,
      voters bigint,
      ends_at timestamptz,
      closed_at timestamptz,
      checked_at timestamptz
    )`.execute(db)
  await sql`comment on column polls.votes is 'for each option; of a poll elsewhere, as its server counts'`.execute(
    db,
  )
  await sql`
    create table poll_votes (
      id bigint primary key,
      status_id bigint not null,
      status_uri text,
      actor_id bigint not null,
      choice smallint not null,
      created_at timestamptz not null default now(),
      unique (status_id, actor_id, choice)
    )`.execute(db)
  await sql`create index poll_votes_actor on poll_votes (actor_id)`.execute(db)
}
