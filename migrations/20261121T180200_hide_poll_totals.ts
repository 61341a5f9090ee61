import { sql, type Kysely } from 'kysely'

/** Whoever asks may keep to themselves how a poll stands until it is over. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table polls add column hide_totals boolean not null default false`.execute(db)
  await sql`comment on column polls.hide_totals is
    'how many chose each option is told when the poll is over'`.execute(db)
}
