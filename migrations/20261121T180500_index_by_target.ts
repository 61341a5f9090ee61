import { sql, type Kysely } from 'kysely'

/** Whom something of a domain, or in a thread, does not concern is asked for all members at once. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create index account_domain_blocks_domain on account_domain_blocks (domain, account_id)`.execute(
    db,
  )
  await sql`create index muted_threads_root on muted_threads (root_id, account_id)`.execute(db)
}
