import { sql, type Kysely } from 'kysely'

/** What was counted of those with whom counting takes long. A cache: it may be emptied at any time. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table large_counts (
      actor_id bigint primary key,
      statuses integer not null,
      followers integer not null,
      following integer not null,
      counted_at timestamptz not null default now()
    )`.execute(db)
}
