import { sql } from 'kysely'
import type { Db } from '../../../src/context.ts'

/** How many rows each table has, and a digest over what is in them; of the actors only our own. */
export type Effects = ReadonlyMap<string, { readonly rows: number; readonly digest: string }>

/**
 * What we know of others, what they took back, and when we last heard of them: whoever speaks to us may change that of
 * themselves. Every other table holds effects.
 */
const knowledge = new Set([
  ...['remote_actors', 'remote_keys', 'hosts', 'inboxes', 'kv', 'seen_activities', 'cached_media'],
  'remote_tombstones',
  ...['kysely_migration', 'kysely_migration_lock'],
])

export async function readEffects(db: Db): Promise<Effects> {
  const tables = await sql<{ name: string }>`
    select table_name as name from information_schema.tables
    where table_schema = 'public' and table_type = 'BASE TABLE' order by table_name`.execute(db)
  const counts = tables.rows
    .filter(({ name }) => !knowledge.has(name))
    .map(
      ({ name }) => sql`
        select ${name}::text as name, count(*)::int as rows,
          coalesce(sum(hashtextextended(each::text, 0)::numeric), 0)::text as digest from ${sql.table(name)} as each
        ${name === 'actors' ? sql`where exists (select from accounts where accounts.id = each.id)` : sql``}`,
    )
  const { rows } = await sql<{ name: string; rows: number; digest: string }>`
    ${sql.join(counts, sql` union all `)}`.execute(db)
  return new Map(rows.map(({ name, ...count }) => [name, count]))
}

/** The names of the tables that differ, each with the rows that it had and has. */
export function compareEffects(before: Effects, after: Effects): string[] {
  return [...after].flatMap(([name, now]) => {
    const then = before.get(name)
    return then?.digest === now.digest ? [] : [`${name}: ${then?.rows ?? 0} -> ${now.rows} rows`]
  })
}
