import { sql } from 'kysely'
import type { Db } from '../context.ts'
import type { Kept } from './bookmarks.ts'
import { inOrder, within, type IdRange } from './ranges.ts'
import { notHidden, notHiddenFrom, visibleTo, wantsToHear } from './visibility.ts'

/** Somebody who did something with a status; `id` is that of the row that says so. */
export type Doer = { readonly id: string; readonly actorId: string }

/** What an account likes and may still see, the latest like first. */
export async function listLiked(db: Db, accountId: string, range: IdRange): Promise<Kept[]> {
  const query = db
    .selectFrom('likes')
    .select(['likes.id', 'likes.statusId'])
    .where('likes.actorId', '=', accountId)
    .where((eb) =>
      eb.exists(
        eb
          .selectFrom('statuses')
          .select('statuses.id')
          .whereRef('statuses.id', '=', 'likes.statusId')
          .where(visibleTo(accountId) as never),
      ),
    )
  return inOrder(await within(query, 'likes.id', range).execute(), range)
}

/** Who likes a status, the latest first, without those whom the viewer does not want to hear of. */
export async function listLikers(
  db: Db,
  statusId: string,
  viewerId: string | undefined,
  range: IdRange,
): Promise<Doer[]> {
  let query = db
    .selectFrom('likes')
    .select(['likes.id', 'likes.actorId'])
    .where('likes.statusId', '=', statusId)
    .where(notHidden(sql.ref('likes.actorId')))
  if (viewerId !== undefined)
    query = query.where(wantsToHear(sql`${viewerId}::bigint`, sql.ref('likes.actorId')))
  return inOrder(await within(query, 'likes.id', range).execute(), range)
}

/** Who boosts a status, the latest first, as far as the viewer may see it. */
export async function listBoosters(
  db: Db,
  statusId: string,
  viewerId: string | undefined,
  range: IdRange,
): Promise<Doer[]> {
  let query = db
    .selectFrom('statuses')
    .select(['statuses.id', 'statuses.actorId'])
    .where('statuses.boostOfId', '=', statusId)
    .where(visibleTo(viewerId))
  if (viewerId !== undefined) query = query.where(notHiddenFrom(viewerId))
  return inOrder(await within(query, 'statuses.id', range).execute(), range)
}

/** What quotes a status by the leave of its author, the latest first, as far as the viewer may see it. */
export async function listQuotingIds(
  db: Db,
  statusId: string,
  viewerId: string,
  range: IdRange,
): Promise<string[]> {
  const query = db
    .selectFrom('statuses')
    .select('statuses.id')
    .where('statuses.quoteOfId', '=', statusId)
    .where('statuses.quoteState', '=', 'accepted')
    .where(visibleTo(viewerId))
    .where(notHiddenFrom(viewerId))
  const rows = await within(query, 'statuses.id', range).execute()
  return inOrder(rows, range).map(({ id }) => id)
}

/** Who put which emoji under a status, each emoji at most so many times, oldest first. */
export async function listReactors(
  db: Db,
  statusId: string,
  viewerId: string | undefined,
  limit: number,
): Promise<{ name: string; emojiUrl: string | null; actorId: string }[]> {
  let query = db
    .selectFrom('reactions')
    .select(['reactions.name', 'reactions.emojiUrl', 'reactions.actorId'])
    .where('reactions.statusId', '=', statusId)
    .where(notHidden(sql.ref('reactions.actorId')))
    .orderBy('reactions.id')
    .limit(limit)
  if (viewerId !== undefined)
    query = query.where(wantsToHear(sql`${viewerId}::bigint`, sql.ref('reactions.actorId')))
  return query.execute()
}
