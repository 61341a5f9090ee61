import { sql, type Kysely } from 'kysely'

/** What somebody did is forgotten when they are. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create index notifications_sender on notifications (from_id)`.execute(db)
  await sql`create index notification_requests_sender on notification_requests (from_id)`.execute(db)
}
