import { sql, type SqlBool } from 'kysely'
import type { Db } from '../context.ts'
import { inOrder, within, type IdRange } from './ranges.ts'
import { viewerSql, visibleTo, wantsToHear } from './visibility.ts'

export type ActorStatusesQuery = {
  readonly actorId: string
  readonly viewerId: string | undefined
  readonly withoutReplies: boolean
  readonly withoutBoosts: boolean
  readonly onlyMedia: boolean
  /** Normalised. */
  readonly tag: string | undefined
  readonly range: IdRange
}

/**
 * Ids of what somebody said and boosted, as far as the viewer may see it, newest first: also by somebody whom the viewer
 * blocks or mutes, since they look at them on purpose, but no boost of somebody of whom they do not want to hear. So it
 * is in Mastodon's AccountStatusesFilter.
 */
export async function listActorStatusIds(db: Db, asked: ActorStatusesQuery): Promise<string[]> {
  const { actorId, viewerId, range } = asked
  let query = db
    .selectFrom('statuses')
    .select('statuses.id')
    .where('statuses.actorId', '=', actorId)
    .where(visibleTo(viewerId))
    .where(wanted(asked))
  if (viewerId !== undefined && viewerId !== actorId) query = query.where(boostsWanted(viewerId))
  const rows = await within(query, 'statuses.id', range).execute()
  return inOrder(rows, range).map(({ id }) => id)
}

function boostsWanted(viewerId: string) {
  const isWanted = wantsToHear(viewerSql(viewerId), sql.ref('original.actorId'))
  return sql<SqlBool>`(statuses.boost_of_id is null or exists (
    select from statuses original where original.id = statuses.boost_of_id and ${isWanted} offset 0))`
}

/** Answers to oneself go on with what one said: they are no replies here, as in Mastodon. */
function wanted({ withoutReplies, withoutBoosts, onlyMedia, tag }: ActorStatusesQuery) {
  const noBoost = sql<SqlBool>`(statuses.boost_of_id is null and statuses.boost_of_uri is null)`
  const conditions = [
    sql<SqlBool>`true`,
    ...(withoutReplies
      ? [
          sql<SqlBool>`((statuses.in_reply_to_id is null and statuses.in_reply_to_uri is null) or exists (
            select from statuses parent
            where parent.id = statuses.in_reply_to_id and parent.actor_id = statuses.actor_id))`,
        ]
      : []),
    ...(withoutBoosts || onlyMedia ? [noBoost] : []),
    ...(onlyMedia ? [sql<SqlBool>`statuses.attachments <> '[]'`] : []),
    ...(tag === undefined ? [] : [sql<SqlBool>`statuses.tags @> array[${tag}]::text[]`]),
  ]
  return sql<SqlBool>`(${sql.join(conditions, sql` and `)})`
}

/** Ids of what somebody shows first, as far as the viewer may see it, what was pinned last first. */
export async function listPinnedIds(
  db: Db,
  actorId: string,
  viewerId: string | undefined,
  limit: number,
): Promise<string[]> {
  const rows = await db
    .selectFrom('statuses')
    .innerJoin('featuredStatuses', 'featuredStatuses.statusId', 'statuses.id')
    .select('statuses.id')
    .where('featuredStatuses.actorId', '=', actorId)
    .where(visibleTo(viewerId) as never)
    .orderBy('featuredStatuses.createdAt', 'desc')
    .limit(limit)
    .execute()
  return rows.map(({ id }) => id)
}
