import { sql, type Kysely } from 'kysely'

/**
 * What search asks: the words of statuses, and how names begin. PostgreSQL's own parser leaves the tags of HTML out.
 * A longer text is found by its beginning, since there is a limit to what one entry may hold.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create index posts_words on posts using gin (
      to_tsvector('simple', left(summary || ' ' || coalesce(source, content, ''), 20000)))`.execute(db)
  await sql`create index actors_username_prefix on actors (lower(username) text_pattern_ops)`.execute(db)
  await sql`create index actors_name_prefix on actors (lower(display_name) text_pattern_ops)`.execute(db)
}
