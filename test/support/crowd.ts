import { sql } from 'kysely'
import type { Db } from '../../src/context.ts'
import { firstIdAt } from '../../src/lib/ids.ts'

export type CrowdSizes = {
  readonly people: number
  readonly statuses: number
  /** How many the busiest readers follow. */
  readonly follows: number
}

/** Rows that one statement inserts: a statement has a time limit. */
const batch = 20_000
const stepMs = 8640
const begin = Date.parse('2024-01-01T00:00:00Z')

/** The id of the n-th status. */
export const nthStatus = (n: number): string => firstIdAt(new Date(begin + n * stepMs))

/**
 * People elsewhere with the ids from 1 on, and what they said, written straight into the tables: the first tenth of them
 * said one thing each, long ago; the others speak evenly. Of what they said, one in 10 has a hashtag and one in 50,000
 * another, one in 5 has a picture, one in 4 answers what was said just before, and one in 20 is for followers.
 */
export async function seedCrowd(db: Db, { people, statuses }: CrowdSizes): Promise<void> {
  const silent = Math.floor(people / 10)
  const talking = people - silent
  await sql`insert into remote_actors (id, is_local, type, username, domain, uri)
    select n, false, 'Person', 'p' || n, 'far' || n % 1000 || '.example', 'https://far.example/' || n
    from generate_series(1, ${people}::int) n`.execute(db)
  for (let from = 1; from <= statuses; from += batch)
    await sql`insert into remote_statuses (id, is_local, actor_id, visibility, content, uri, created_at, fetched_at,
      tags, attachments, in_reply_to_id)
    select ${idOf(sql`n`)}, false,
      case when n <= ${silent}::int then n else ${silent}::int + 1 + (n::bigint * 7919) % ${talking}::int end,
      (case when n % 20 = 3 then 'private' else 'public' end)::visibility,
      '<p>' || repeat('word ', 30) || '</p>', 'https://far.example/s/' || n,
      to_timestamp((${begin}::bigint + n * ${stepMs}::bigint) / 1000.0), now(),
      case when n % 10 = 0 then array['often'] when n % 50000 = 1 then array['seldom'] else '{}'::text[] end,
      case when n % 5 = 0 then ${JSON.stringify([picture])}::jsonb else '[]' end,
      case when n % 4 = 0 then ${idOf(sql`(n - 1)`)} end
    from generate_series(${from}::int, ${Math.min(from + batch - 1, statuses)}::int) n`.execute(db)
}

const picture = {
  url: 'https://far.example/1.png',
  mediaType: 'image/png',
  description: null,
  width: 640,
  height: 480,
  blurhash: null,
  focalPoint: null,
}

function idOf(n: ReturnType<typeof sql>) {
  return sql`((${begin}::bigint + ${n} * ${stepMs}::bigint) << 16)`
}

/** So many public posts of members, evenly over the same time. */
export async function seedPosts(
  db: Db,
  memberIds: readonly string[],
  sizes: CrowdSizes,
  count: number,
): Promise<void> {
  const step = Math.max(1, Math.floor(sizes.statuses / count))
  await sql`insert into posts (id, is_local, actor_id, visibility, source, created_at)
    select ${idOf(sql`(n * ${step}::int)`)} + 1, true,
      (${memberIds}::bigint[])[1 + n % ${memberIds.length}::int], 'public',
      case when n % 100 = 1 then 'A needle' else 'A post' end, now()
    from generate_series(1, ${count}::int) n`.execute(db)
}

/** Lets a member follow people of these ids, a subquery. */
export async function followCrowd(db: Db, memberId: string, ids: ReturnType<typeof sql>): Promise<void> {
  await sql`insert into follows (id, follower_id, target_id, target_uri, state, accepted_at)
    select ${memberId}::bigint + n, ${memberId}::bigint, n, 'https://far.example/' || n, 'accepted', now()
    from ${ids} n`.execute(db)
}

/** Everything is liked by somebody elsewhere and kept by a member. */
export async function seedDoings(db: Db, memberId: string, { statuses }: CrowdSizes): Promise<void> {
  await sql`insert into likes (id, actor_id, status_id)
    select n, 1 + n % 1000, ${idOf(sql`n`)} from generate_series(1, ${statuses}::int) n`.execute(db)
  await sql`insert into bookmarks (id, account_id, status_id)
    select n, ${memberId}::bigint, ${idOf(sql`n`)} from generate_series(1, ${statuses}::int) n`.execute(db)
}

/** What the crowd did to a member, and the member to what it said: the last `count` statuses. */
export async function involveCrowd(
  db: Db,
  memberId: string,
  { statuses }: CrowdSizes,
  count: number,
): Promise<void> {
  const last = sql`(select n, ${idOf(sql`n`)} as id from
    generate_series(${statuses - count + 1}::int, ${statuses}::int) n) s`
  const me = sql`${memberId}::bigint`
  await sql`insert into likes (id, actor_id, status_id) select ${me} + n, ${me}, s.id from ${last}`.execute(
    db,
  )
  await sql`insert into bookmarks (id, account_id, status_id)
    select ${me} + n, ${me}, s.id from ${last}`.execute(db)
  await sql`insert into notifications (account_id, type, from_id, status_id, group_key)
    select ${me}, 'status', r.actor_id, r.id, 'ungrouped-' || n from ${last} join remote_statuses r on r.id = s.id
    order by n`.execute(db)
}

/** So that plans are made for what is there. */
export async function analyzeCrowd(db: Db): Promise<void> {
  const tables = ['actors', 'remote_actors', 'statuses', 'remote_statuses', 'posts', 'follows', 'likes']
  for (const table of [...tables, 'bookmarks', 'notifications', 'list_members'])
    await sql`vacuum analyze ${sql.table(table)}`.execute(db)
}
