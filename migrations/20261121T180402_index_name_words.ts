import { sql, type Kysely } from 'kysely'

/** By what words people call themselves, how they begin: "smith" finds John Smith. Actors change seldom. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create index actors_name_words on actors using gin (to_tsvector('simple', display_name))`.execute(
    db,
  )
}
