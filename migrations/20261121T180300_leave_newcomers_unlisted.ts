import { sql, type Kysely } from 'kysely'

/** Whether a member is shown where people look for somebody to follow is theirs to say. Those who are here stay as they are. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table accounts alter column discoverable set default false`.execute(db)
}
