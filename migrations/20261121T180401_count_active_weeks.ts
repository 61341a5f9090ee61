import { sql, type Kysely } from 'kysely'

/** How many members used an app in each week, which begins on Monday in UTC: a number, and not who they were. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table active_weeks (
      week timestamptz primary key,
      members integer not null
    )`.execute(db)
  await sql`comment on column active_weeks.week is 'when it begins'`.execute(db)
  // Of weeks before this only those are known who have not come back since.
  await sql`
    insert into active_weeks (week, members)
    select date_trunc('week', last_used_at, 'UTC'), count(distinct account_id) from access_tokens
    where last_used_at is not null and account_id is not null group by 1`.execute(db)
}
