import { sql, type Kysely } from 'kysely'

/** What an operator does not want to see among what trends. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table hidden_trends (
      name text primary key,
      created_at timestamptz not null default now()
    )`.execute(db)
  await sql`comment on column hidden_trends.name is 'a hashtag with its #, as it is compared, or the address of a page'`.execute(
    db,
  )
}
