import { sql, type Kysely } from 'kysely'

/** When somebody moves: who of us muted them or noted something about them, and from where somebody came. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create index mutes_target on mutes (target_id, account_id)`.execute(db)
  await sql`create index account_notes_target on account_notes (target_id, account_id)`.execute(db)
  for (const table of ['remote_actors', 'accounts'])
    await sql`
      create index ${sql.id(`${table}_moved_to_id`)} on ${sql.id(table)} (moved_to_id)
        where moved_to_id is not null`.execute(db)
}
