import { sql, type Kysely } from 'kysely'

/**
 * Who follows whom. At least one end is ours, so every row is irreplaceable: it names the remote end by its
 * actor id and inboxes as well, and so can be used without the cache of remote actors.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table follows (
      id bigint primary key,
      follower_id bigint not null,
      target_id bigint not null,
      follower_uri text,
      target_uri text,
      inbox_id integer references inboxes (id),
      shared_inbox_id integer references inboxes (id),
      activity_uri text,
      state text not null check (state in ('pending', 'accepted')),
      created_at timestamptz not null default now(),
      accepted_at timestamptz,
      unique (target_id, follower_id),
      check (follower_uri is null or target_uri is null),
      check ((follower_uri is null) = (inbox_id is null))
    )`.execute(db)
  await sql`comment on column follows.inbox_id is 'of a remote follower: where its copy goes'`.execute(db)
  await sql`comment on column follows.activity_uri is 'id of the Follow as the remote follower named it'`.execute(
    db,
  )
  await sql`create index follows_follower on follows (follower_id, target_id)`.execute(db)
  await sql`create index follows_follower_uri on follows (follower_uri) where follower_uri is not null`.execute(
    db,
  )
  await sql`create index follows_target_uri on follows (target_uri) where target_uri is not null`.execute(db)
}
