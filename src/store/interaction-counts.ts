import { sql } from 'kysely'
import type { Db } from '../context.ts'
import { prepared } from '../db/prepared.ts'
import { notHidden } from './visibility.ts'

/** What others did with a status; of blocked domains nothing counts. */
export type InteractionCounts = {
  readonly likes: number
  readonly boosts: number
  /** Answers that anybody may read. */
  readonly replies: number
  /** Each kind once, in the order in which they came; custom emoji are told apart by their pictures. */
  readonly reactions: readonly ReactionCount[]
}

export type ReactionCount = {
  readonly name: string
  readonly emojiUrl: string | null
  readonly count: number
}

/** With one query for any number of statuses, by their ids. */
export async function listInteractionCounts(
  db: Db,
  statusIds: readonly string[],
): Promise<ReadonlyMap<string, InteractionCounts>> {
  if (statusIds.length === 0) return new Map()
  const result = await sql<InteractionCounts & { statusId: string }>`
    select ${prepared} s.status_id,
      (select count(*)::integer from likes l where l.status_id = s.status_id
        and ${notHidden(sql`l.actor_id`)}) as likes,
      (select count(*)::integer from statuses b
        where b.boost_of_id = s.status_id and b.deleted_at is null
          and ${notHidden(sql`b.actor_id`)}) as boosts,
      (select count(*)::integer from statuses r
        where r.in_reply_to_id = s.status_id and r.deleted_at is null
          and r.visibility in ('public', 'unlisted')
          and ${notHidden(sql`r.actor_id`)}) as replies,
      (select coalesce(json_agg(json_build_object(
          'name', k.name, 'emojiUrl', k.emoji_url, 'count', k.count) order by k.first), '[]')
        from (
          select e.name, e.emoji_url, count(*)::integer as count, min(e.id) as first
          from reactions e where e.status_id = s.status_id
            and ${notHidden(sql`e.actor_id`)}
          group by e.name, e.emoji_url
        ) k) as reactions
    from unnest(${[...new Set(statusIds)]}::bigint[]) s (status_id)`.execute(db)
  return new Map(result.rows.map(({ statusId, ...counts }) => [statusId, counts]))
}
