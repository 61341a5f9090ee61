import { sql, type Kysely } from 'kysely'

/** Of ungrouped ones there are many, and nobody asks for them together. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create index notifications_group_key on notifications (account_id, group_key, id desc)
    where group_key <> 'ungrouped'`.execute(db)
}
