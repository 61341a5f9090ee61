import { sql, type Kysely } from 'kysely'

/**
 * What was seen long ago is forgotten. It is written in the order of time, so that a summary of each range of pages
 * finds it, and costs next to nothing when something arrives.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create index seen_activities_seen_at on seen_activities using brin (seen_at)`.execute(db)
  await sql`comment on table seen_activities is
    'SHA-256 (first 16 bytes) of actor and activity id: an effect happens once, while anybody may bring it again'`.execute(
    db,
  )
}
