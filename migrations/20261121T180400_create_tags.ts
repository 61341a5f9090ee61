import { sql, type Kysely } from 'kysely'

/**
 * Hashtags that were used in public, as they are found by how they begin, and how they were written first. Filled in the
 * background, also from what is here already. A cache: it may be emptied at any time.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table tags (
      name text collate "C" primary key,
      shown_as text not null,
      last_status_id bigint not null
    )`.execute(db)
  await sql`comment on column tags.shown_as is 'as it was written first, with its capitals'`.execute(db)
  await sql`comment on column tags.last_status_id is
    'the latest that uses it: a tag is only found while that is there to be seen'`.execute(db)
  await sql`
    insert into words_wanted (status_id)
    select id from statuses where visibility = 'public' and deleted_at is null and tags <> '{}'`.execute(db)
  // In which order somebody began to follow tags, which is how pages of them go on.
  await sql`alter table tag_follows add column id bigint generated always as identity`.execute(db)
}
