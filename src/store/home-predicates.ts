import { expressionBuilder, sql, type RawBuilder, type SqlBool } from 'kysely'
import type { DB } from '../db/schema.ts'
import { notHiddenFrom, viewerSql, visibleTo, type Viewer } from './visibility.ts'

/** Whether a status is for somebody's home. @param isTagged whether they follow a tag of it */
export function belongsOnHome(
  viewer: RawBuilder<unknown>,
  isTagged: RawBuilder<unknown>,
): RawBuilder<SqlBool> {
  return sql`(statuses.actor_id = ${viewer}
      or (statuses.visibility = 'public' and ${isTagged})
      or (exists (
          select from follows f
          where f.follower_id = ${viewer} and f.target_id = statuses.actor_id and f.state = 'accepted'
            and ${wantedOf(viewer)} offset 0)
        and ${wantedOnHome(viewer)}
        and not ${onExclusiveList(viewer, sql.ref('statuses.actorId'))}))
    and ${shownTo(viewer)}`
}

/**
 * Of what those say who are followed: an answer belongs on the home if it is to somebody who is followed as well, to
 * the reader or to its own author, as in Mastodon; an answer to who knows what does not.
 */
export function wantedOnHome(viewer: RawBuilder<unknown>): RawBuilder<SqlBool> {
  const isOwn = sql`statuses.actor_id = ${viewer}`
  const answers = wantedAnswers({ id: sql`null`, accountId: viewer, repliesPolicy: sql`'followed'::text` })
  return sql`(${isOwn} or ${answers})`
}

function onExclusiveList(viewer: RawBuilder<unknown>, actorId: RawBuilder<unknown>): RawBuilder<SqlBool> {
  return sql`exists (
    select from list_members m join lists l on l.id = m.list_id
    where m.target_id = ${actorId} and l.account_id = ${viewer} and l.exclusive offset 0)`
}

/** What somebody may see and wants to see in lists. */
export function shownTo(viewerId: Viewer): RawBuilder<SqlBool> {
  const eb = expressionBuilder<DB, 'statuses'>()
  return sql`${visibleTo(viewerId)(eb)} and ${notHiddenFrom(viewerId)(eb)}`
}

/** Of a source `f`: what its row says of boosts and languages, and nothing direct that is for others. */
export function wantedOf(viewerId: Viewer): RawBuilder<SqlBool> {
  const viewer = viewerSql(viewerId)
  return sql`(f.shows_boosts or (statuses.boost_of_id is null and statuses.boost_of_uri is null))
    and (f.languages is null or statuses.language is null or statuses.language = any(f.languages))
    and (statuses.visibility <> 'direct' or statuses.actor_id = ${viewer}
      or statuses.audience @> array[${viewer}])`
}

/** A list, or the columns of lists. */
export type ListSql = Readonly<Record<'id' | 'accountId' | 'repliesPolicy', RawBuilder<unknown>>>

/** https://docs.joinmastodon.org/entities/List/#replies_policy. An answer to oneself is wanted always. */
export function wantedAnswers({ id, accountId, repliesPolicy }: ListSql): RawBuilder<SqlBool> {
  return sql`((statuses.in_reply_to_id is null and statuses.in_reply_to_uri is null) or exists (
    select from statuses parent
    where parent.id = statuses.in_reply_to_id
      and (parent.actor_id in (statuses.actor_id, ${accountId})
        or (${repliesPolicy} = 'list' and exists (
          select from list_members m where m.list_id = ${id} and m.target_id = parent.actor_id))
        or (${repliesPolicy} = 'followed' and exists (
          select from follows g
          where g.follower_id = ${accountId} and g.target_id = parent.actor_id and g.state = 'accepted'))) offset 0))`
}
