import { sql, type Kysely } from 'kysely'

/**
 * Where few people write nearly everything, as on a small instance, the planner takes each author for one of them, and
 * looks for the latest of somebody who wrote nothing through all that there is. It is told that an author wrote little,
 * so that it goes by the index of authors; for an author whom a query names it has better figures.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const table of ['posts', 'remote_statuses'])
    await sql`alter table ${sql.table(table)} alter column actor_id set (n_distinct = -0.001)`.execute(db)
  await sql`alter table statuses alter column actor_id set (n_distinct_inherited = -0.001)`.execute(db)
}
