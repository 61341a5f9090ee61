import { sql } from 'kysely'
import type { Db, Tx } from '../context.ts'
import { notHidden } from './visibility.ts'

/** What a public status says with hashtags. */
export type TaggedText = {
  readonly id: string
  readonly tags: string[]
  /** HTML, or the words of somebody here. */
  readonly text: string
}

const isUsed = sql`(s.visibility = 'public' and s.deleted_at is null and ${notHidden(sql.ref('s.actorId'))})`

/** Of these statuses those that are public and have hashtags. */
export async function listTagged(db: Db, statusIds: readonly string[]): Promise<TaggedText[]> {
  if (statusIds.length === 0) return []
  const { rows } = await sql<TaggedText>`
    select s.id, s.tags, left(coalesce(s.source, s.content, ''), 20000) as text from statuses s
    where s.id = any(${[...statusIds]}::bigint[]) and s.tags <> '{}' and ${isUsed}`.execute(db)
  return rows
}

/** A hashtag as it is compared and as it was written, and the status that uses it. */
export type UsedTag = { readonly name: string; readonly shownAs: string; readonly statusId: string }

/** How a tag was written first stays. @param tags each name once */
export async function saveTags(tx: Tx, tags: readonly UsedTag[]): Promise<void> {
  if (tags.length === 0) return
  // In one order, so that nobody waits for each other.
  const sorted = [...tags].sort((one, other) => (one.name < other.name ? -1 : 1))
  await sql`
    insert into tags (name, shown_as, last_status_id)
    select * from unnest(
      ${sorted.map(({ name }) => name)}::text[],
      ${sorted.map(({ shownAs }) => shownAs)}::text[],
      ${sorted.map(({ statusId }) => statusId)}::bigint[])
    on conflict (name) do update set last_status_id = excluded.last_status_id
      where tags.last_status_id < excluded.last_status_id`.execute(tx)
}

/** How tags were written, by their names; those that nobody has read yet are left out. */
export async function listTagSpellings(
  db: Db,
  names: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (names.length === 0) return new Map()
  const rows = await db.selectFrom('tags').select(['name', 'shownAs']).where('name', 'in', names).execute()
  return new Map(rows.map(({ name, shownAs }) => [name, shownAs]))
}

/** So many of all that begin so, by name: the tag itself is the first of them. */
const candidates = 500
/** Among so many of the latest public posts it is counted how much a tag is used. */
const latest = 5000

/**
 * Tags that begin so: first the one that is just that, then those that are used most lately, then what was ever used and
 * can still be seen.
 */
export async function listTagsBeginning(
  db: Db,
  prefix: string,
  { limit, offset }: { limit: number; offset: number },
): Promise<string[]> {
  const pattern = `${prefix.replace(/[\\%_]/g, '\\$&')}%`
  const { rows } = await sql<{ name: string }>`
    select found.name from (
      select used.tag as name, count(*) as uses from (
        select s.tags from statuses s
        where ${isUsed} and s.boost_of_id is null and s.boost_of_uri is null
        order by s.id desc limit ${latest}::int
      ) lately cross join lateral unnest(lately.tags) used (tag)
      where starts_with(used.tag, ${prefix})
      group by used.tag
      union all
      select known.name, 0 from (
        select t.name, t.last_status_id from tags t where t.name like ${pattern}
        order by t.name limit ${candidates}::int
      ) known join statuses s on s.id = known.last_status_id
      where ${isUsed}
    ) found
    group by found.name
    order by found.name = ${prefix} desc, max(found.uses) desc, found.name
    limit ${limit} offset ${offset}`.execute(db)
  return rows.map(({ name }) => name)
}
