import { sql } from 'kysely'
import type { Tx } from '../context.ts'

/** What is said of a status for the index of words: HTML without its tags, up to a length that one entry may hold. */
const indexedText = sql`left(
  s.summary || ' ' || coalesce(s.content, ''), 20000)`

/** Notes that the words of a status are to be read, or read anew: of ours only its hashtags are. */
export async function wantWords(tx: Tx, statusId: string): Promise<void> {
  await tx.insertInto('wordsWanted').values({ statusId }).execute()
}

/** How much is read anew of somebody who wants to be found from now on. */
const latest = 2000

/** Notes the same of what somebody said who wants to be found from now on. */
export async function wantWordsOf(tx: Tx, actorId: string): Promise<void> {
  await sql`
    insert into words_wanted (status_id)
    select s.id from remote_statuses s
    where s.actor_id = ${actorId}::bigint and s.visibility = 'public' and s.deleted_at is null
    order by s.id desc limit ${latest}::int`.execute(tx)
}

/**
 * Reads the words of some of those that are wanted: of what is public, by somebody who wants to be found. Of anything
 * else no words are kept.
 * @returns those that were taken, and whether none is left
 */
export async function readWantedWords(tx: Tx, limit: number): Promise<{ ids: string[]; isDone: boolean }> {
  const taken = await sql<{ statusId: string }>`
    delete from words_wanted where ctid = any(array(
      select ctid from words_wanted limit ${limit}::int for update skip locked))
    returning status_id`.execute(tx)
  const ids = [...new Set(taken.rows.map(({ statusId }) => statusId))]
  if (ids.length === 0) return { ids, isDone: true }
  await sql`
    with found as (
      select s.id, to_tsvector('simple', ${indexedText}) as words
      from remote_statuses s join remote_actors a on a.id = s.actor_id
      where s.id = any(${ids}::bigint[]) and s.visibility = 'public' and s.deleted_at is null
        and s.boost_of_id is null and s.boost_of_uri is null and a.indexable
    ), gone as (
      delete from status_words where status_id = any(${ids}::bigint[]) and status_id not in (select id from found)
    )
    insert into status_words (status_id, words) select id, words from found
    on conflict (status_id) do update set words = excluded.words`.execute(tx)
  return { ids, isDone: taken.rows.length < limit }
}
