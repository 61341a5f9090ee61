import { sql, type Kysely } from 'kysely'

/**
 * What may be searched of what others said: the words of public statuses by those who want to be found. They stand in a
 * table of their own, which is filled in the background: what arrives only leaves its id.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create table words_wanted (status_id bigint not null)`.execute(db)
  await sql`comment on table words_wanted is 'statuses whose words are to be read, some of them more than once'`.execute(
    db,
  )
  await sql`
    create table status_words (
      status_id bigint primary key,
      words tsvector not null
    )`.execute(db)
  await sql`create index status_words_words on status_words using gin (words)`.execute(db)
}
