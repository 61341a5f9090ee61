import { sql, type Kysely } from 'kysely'

/**
 * What members say to each other in direct posts: for each of them one row for every thread and set of people. Beside
 * it the indexes that public timelines are read by.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table conversations (
      id bigint primary key,
      account_id bigint not null references accounts (id),
      root_id bigint not null,
      participants bigint[] not null,
      last_status_id bigint not null,
      unread boolean not null,
      unique (account_id, root_id, participants)
    )`.execute(db)
  await sql`comment on column conversations.participants is 'everybody but the account itself, in order'`.execute(
    db,
  )
  await sql`create index conversations_account on conversations (account_id, last_status_id desc)`.execute(db)
  await sql`create index statuses_public on statuses (id desc)
    where visibility = 'public' and boost_of_id is null and boost_of_uri is null and deleted_at is null`.execute(
    db,
  )
  await sql`create index statuses_public_media on statuses (id desc)
    where visibility = 'public' and boost_of_id is null and boost_of_uri is null and deleted_at is null
      and attachments <> '[]'`.execute(db)
}
