import { sql, type ExpressionBuilder, type ExpressionWrapper, type RawBuilder, type SqlBool } from 'kysely'
import type { DB } from '../db/schema.ts'

type Predicate = ExpressionWrapper<DB, 'statuses', SqlBool>
type Alias = 'statuses' | 'original'

/** An id, or a column with ids: then the predicate holds for each viewer of a query by themselves. */
export type Viewer = string | RawBuilder<unknown>

export function viewerSql(viewer: Viewer): RawBuilder<unknown> {
  return typeof viewer === 'string' ? sql`${viewer}::bigint` : viewer
}

/**
 * Keeps PostgreSQL from gathering all that there is in order to look at what a page needs; and from weighing every
 * order in which so many tables could be joined, which takes it longer than to look.
 */
const oneByOne = sql`offset 0`

/**
 * Which rows of `statuses` a viewer may see: the same answer as `domain/policy/visibility.ts` gives for one
 * status, for lists. `viewerId` is an actor, ours or remote; undefined is anybody.
 */
export function visibleTo(
  viewerId: Viewer | undefined,
): (eb: ExpressionBuilder<DB, 'statuses'>) => Predicate {
  return (eb) => {
    const original = sql<SqlBool>`exists (
      select from statuses original
      where original.id = statuses.boost_of_id and ${mayRead('original', viewerId)} ${oneByOne})`
    const noBoost = eb.and([eb('statuses.boostOfId', 'is', null), eb('statuses.boostOfUri', 'is', null)])
    return asOne(eb, eb.and([mayRead('statuses', viewerId), eb.or([noBoost, original])]))
  }
}

/**
 * To PostgreSQL each thing that it must look up leaves half of the rows, and many such things none: it would then gather
 * all there is rather than go through an index until a page is full.
 */
function asOne(eb: ExpressionBuilder<DB, 'statuses'>, predicate: Predicate): Predicate {
  return eb.and([sql<SqlBool>`(case when ${predicate} then true else false end)`])
}

function mayRead(of: Alias, viewerId: Viewer | undefined): RawBuilder<SqlBool> {
  const row = (column: string) => sql.ref(`${of}.${column}`)
  const open = sql<SqlBool>`${row('visibility')} in ('public', 'unlisted')`
  const alive = sql<SqlBool>`(${row('deletedAt')} is null and ${notHidden(row('actorId'))})`
  if (viewerId === undefined) return sql`(${alive} and ${open})`
  const viewer = viewerSql(viewerId)
  const follows = sql`exists (
    select from follows f
    where f.target_id = ${row('actorId')} and f.follower_id = ${viewer} and f.state = 'accepted' ${oneByOne})`
  return sql`(${alive}
    and not ${blocks(row('actorId'), viewer)}
    and (${open} or ${row('actorId')} = ${viewer} or ${row('audience')} @> array[${viewer}]
      or (${row('visibility')} = 'private' and ${follows})))`
}

/**
 * Which rows of `statuses` a viewer has not turned away from: nothing by those whom they block, and no boost of that.
 * Beside `visibleTo`, for lists that a viewer reads.
 */
export function notBlockedBy(viewerId: Viewer): (eb: ExpressionBuilder<DB, 'statuses'>) => Predicate {
  const viewer = viewerSql(viewerId)
  return (eb) =>
    asOne(
      eb,
      eb.and([
        sql<SqlBool>`not ${blocks(viewer, sql.ref('statuses.actorId'))}`,
        sql<SqlBool>`(statuses.boost_of_id is null or not exists (
        select from statuses original
        join blocks b on b.target_id = original.actor_id and b.actor_id = ${viewer}
        where original.id = statuses.boost_of_id ${oneByOne}))`,
      ]),
    )
}

/**
 * Which rows of `statuses` a member wants in lists: nothing by those whom they block, who block them, whom they mute or
 * whose domain they block, and no boost of that. Beside `visibleTo`. What a member asks for by name is shown all the
 * same.
 */
export function notHiddenFrom(viewerId: Viewer): (eb: ExpressionBuilder<DB, 'statuses'>) => Predicate {
  const viewer = viewerSql(viewerId)
  return (eb) =>
    asOne(
      eb,
      eb.and([
        wantsToHear(viewer, sql.ref('statuses.actorId')),
        sql<SqlBool>`(statuses.boost_of_id is null or exists (
        select from statuses original
        where original.id = statuses.boost_of_id
          and ${wantsToHear(viewer, sql.ref('original.actorId'))} ${oneByOne}))`,
      ]),
    )
}

/** Whether a member wants to hear of an actor: both are ids, or columns with ids. A mute that has ended is none. */
export function wantsToHear(viewer: RawBuilder<unknown>, actorId: RawBuilder<unknown>): RawBuilder<SqlBool> {
  return sql`(not ${blocks(viewer, actorId)} and not ${blocks(actorId, viewer)}
    and not exists (
      select from mutes m
      where m.account_id = ${viewer} and m.target_id = ${actorId}
        and (m.expires_at is null or m.expires_at > now()) ${oneByOne})
    and not exists (
      select from remote_actors far
      join account_domain_blocks d on d.account_id = ${viewer} and d.domain = far.domain
      where far.id = ${actorId} ${oneByOne}))`
}

/**
 * Whether an actor (the id in a column) is neither suspended, here or by their own server, nor of a domain that is
 * blocked here: those are few, and have an index.
 */
export function notHidden(actorId: RawBuilder<unknown>): RawBuilder<SqlBool> {
  return sql`not exists (select from actors x where x.id = ${actorId} and x.hidden ${oneByOne})`
}

/** Of no domain that is blocked here, whoever else may be hidden; by the same index. */
export function notOfBlockedDomain(actorId: RawBuilder<unknown>): RawBuilder<SqlBool> {
  return sql`not exists (select from actors x where x.id = ${actorId} and x.hidden and x.domain_blocked ${oneByOne})`
}

function blocks(actor: RawBuilder<unknown>, target: RawBuilder<unknown>): RawBuilder<SqlBool> {
  return sql`exists (select from blocks b where b.actor_id = ${actor} and b.target_id = ${target} ${oneByOne})`
}
