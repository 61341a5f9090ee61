import { sql, type Kysely } from 'kysely'

/**
 * Most of what arrives is for nobody in particular, and much has no hashtag: an inverted index takes note of the empty
 * ones too, and of each of them at a cost.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`drop index statuses_audience`.execute(db)
  await sql`create index statuses_audience on statuses using gin (audience) where audience <> '{}'`.execute(
    db,
  )
  await sql`drop index posts_tags`.execute(db)
  await sql`create index posts_tags on posts using gin (tags)
    where visibility = 'public' and deleted_at is null and tags <> '{}'`.execute(db)
  await sql`drop index remote_statuses_tags`.execute(db)
  await sql`create index remote_statuses_tags on remote_statuses using gin (tags)
    where visibility = 'public' and tags <> '{}'`.execute(db)
}
