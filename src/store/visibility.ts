import { sql, type ExpressionBuilder, type ExpressionWrapper, type SqlBool } from 'kysely'
import type { DB } from '../db/schema.ts'

type Predicate = ExpressionWrapper<DB, 'statuses', SqlBool>

/**
 * Which rows of `statuses` a viewer may see: the same answer as `domain/policy/visibility.ts` gives for one
 * status, for lists. `viewerId` is an actor, ours or remote; undefined is anybody.
 */
export function visibleTo(
  viewerId: string | undefined,
): (eb: ExpressionBuilder<DB, 'statuses'>) => Predicate {
  return (eb) => {
    const open = eb('statuses.visibility', 'in', ['public', 'unlisted'])
    const alive = eb('statuses.deletedAt', 'is', null)
    if (viewerId === undefined) return eb.and([alive, open])
    const own = eb('statuses.actorId', '=', viewerId)
    const named = sql<SqlBool>`${sql.ref('statuses.audience')} @> array[${viewerId}::bigint]`
    const followed = eb.and([
      eb('statuses.visibility', '=', 'private'),
      eb.exists(
        eb
          .selectFrom('follows')
          .select('follows.id')
          .whereRef('follows.targetId', '=', 'statuses.actorId')
          .where('follows.followerId', '=', viewerId)
          .where('follows.state', '=', 'accepted'),
      ),
    ])
    return eb.and([alive, eb.or([open, own, named, followed])])
  }
}
